// Gradient of 3x3 weights by Winograd's minimal filtering: the transpose of the forward pass. Read next: Conv2dChoice.cs.
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Floats of transformed inputs and gradients that a group of tiles may take (8 MiB).</summary>
    private const int PointLimit = 2 * 1024 * 1024;

    private const int FewestGroupTiles = 96, MostGroupTiles = 256;

    /// <summary>Input channels whose gradients are summed together when all tiles fit into one group: three register tiles.</summary>
    private const int GradientChunk = 48;

    /// <summary>Most partial sums, each over a run of tiles, where weights are few: fixed, so that the order of additions does not depend on the threads.</summary>
    private const int TileRuns = 8;

    /// <summary>Floats of sums up to which every run has its own (600 KiB): with the tiles in hand they stay in a core's second-level cache.</summary>
    private const int OwnSumsLimit = 36 * 66 * 64;

    /// <summary>Tiles whose transforms are in hand at a time in a run.</summary>
    private const int RunBlock = 16;

    private void WinogradWeightGradient(bool large, in Conv2dShape shape, float* x, float* gradY, float* gradWeight)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            if (large) WinogradWeightGradient<Winograd4, Lanes512>(shape, x, gradY, gradWeight);
            else WinogradWeightGradient<Winograd2, Lanes512>(shape, x, gradY, gradWeight);
        }
        else if (large) WinogradWeightGradient<Winograd4, LanesNative>(shape, x, gradY, gradWeight);
        else WinogradWeightGradient<Winograd2, LanesNative>(shape, x, gradY, gradWeight);
    }

    /// <summary>dW = G^T [ sum over tiles of (B^T d B) * (A g A^T) ] G: per plane a product of inputs and gradients over the tiles.</summary>
    private void WinogradWeightGradient<TForm, T>(in Conv2dShape shape, float* x, float* gradY, float* gradWeight) where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        TilePlan plan = TilePlan.Forward(shape, TForm.Outputs);
        int width = MicroKernel.Width, panels = (plan.OutChannels + width - 1) / width, spacedIn = SpacedChannels(plan.Channels), spacedOut = SpacedChannels(plan.OutChannels);
        if (plan.Tiles > 128 && plan.Planes * PlaneStep(panels * RoundUp(plan.Channels, 4) * width) <= OwnSumsLimit)
        {
            int sumsLength = plan.Planes * PlaneStep(panels * RoundUp(plan.Channels, 4) * width), perLane = plan.Planes * (PlaneStep(RunBlock * spacedIn) + PlaneStep(RunBlock * spacedOut));
            using DeviceBuffer<float> own = Rent<float>(TileRuns * sumsLength), points = Rent<float>(checked(Lanes(TileRuns) * perLane));
            RunLanes(TileRuns, new WeightGradientRuns<TForm, T>(plan, x, gradY, panels, Pointer(own), sumsLength, Pointer(points), perLane));
            RunRanges(sumsLength, 4096, new AddPartials(Pointer(own) + sumsLength, TileRuns - 1, sumsLength, Pointer(own), adds: true));
            Run(panels * ((plan.Channels + GradientChunk - 1) / GradientChunk), new FinishWeightGradient<TForm, T>(plan, Pointer(own), panels, gradWeight));
            return;
        }
        int group = Math.Clamp(PointLimit / (plan.Planes * (spacedIn + spacedOut)) / 12 * 12, FewestGroupTiles, MostGroupTiles);
        bool single = plan.Tiles <= Math.Max(group, 128);
        if (single) group = plan.Tiles;
        int chunks = (plan.Channels + GradientChunk - 1) / GradientChunk, rows = RoundUp(plan.Channels, 4);
        using DeviceBuffer<float> inputs = Rent<float>(checked(plan.Planes * PlaneStep(group * spacedIn))), gradients = Rent<float>(checked(plan.Planes * PlaneStep(group * spacedOut)));
        int sumLength = single ? checked(Lanes(chunks * panels) * plan.Planes * PlaneStep(GradientChunk * width)) : checked(plan.Planes * PlaneStep(panels * rows * width));
        using DeviceBuffer<float> sums = Rent<float>(sumLength);
        for (int first = 0; first < plan.Tiles; first += group)
        {
            int count = Math.Min(group, plan.Tiles - first);
            Run((count + 3) / 4, new TransformPairs<TForm, T>(plan, x, gradY, first, count, group, Pointer(inputs), Pointer(gradients)));
            if (single) RunLanes(chunks * panels, new WeightGradientChunks<TForm, T>(plan, Pointer(inputs), Pointer(gradients), count, panels, Pointer(sums), gradWeight));
            else Run(plan.Planes * panels, new PlaneSums(plan, Pointer(inputs), Pointer(gradients), count, group, panels, first > 0, Pointer(sums)));
        }
        if (!single) Run(panels * chunks, new FinishWeightGradient<TForm, T>(plan, Pointer(sums), panels, gradWeight));
    }

    /// <summary>Part q: transformed inputs and gradients of tiles 4q..4q+3 of a group, [plane][tile][channels] each.</summary>
    private readonly struct TransformPairs<TForm, T>(TilePlan plan, float* x, float* gradY, int first, int count, int group, float* inputs, float* gradients) : IParts
        where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int quad)
        {
            int spacedIn = SpacedChannels(plan.Channels), spacedOut = SpacedChannels(plan.OutChannels);
            for (int t = quad * 4; t < Math.Min(count, quad * 4 + 4); t++)
            {
                InputOfTile<TForm, T>(plan, x, first + t, 0, plan.Channels, inputs + (nint)t * spacedIn, PlaneStep(group * spacedIn));
                GradientOfTile<TForm, T>(plan, gradY, first + t, gradients + (nint)t * spacedOut, PlaneStep(group * spacedOut));
            }
        }
    }

    /// <summary>A g A^T of all output channels of one tile; outputs that the picture does not have are zero.</summary>
    private static void GradientOfTile<TForm, T>(in TilePlan plan, float* gradY, int tile, float* to, nint planeStep) where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        float* lineRoom = stackalloc float[WinogradTransforms<TForm, T>.ScratchLength + AlignmentSlack], line = Aligned(lineRoom), patchRoom = stackalloc float[WinogradTransforms<TForm, T>.ScratchLength + AlignmentSlack], patch = Aligned(patchRoom);
        (int image, int row, int column) = plan.Place(tile);
        int m = plan.TileSize, channels = plan.OutChannels;
        float* corner = gradY + (((nint)image * plan.OutHeight + row) * plan.OutWidth + column) * channels;
        bool inside = row + m <= plan.OutHeight && column + m <= plan.OutWidth;
        for (int c = 0; c < channels; c += T.Count)
        {
            int count = Math.Min(T.Count, channels - c);
            if (inside && count == T.Count)
            {
                WinogradTransforms<TForm, T>.Gradient(corner + c, (nint)plan.OutWidth * channels, channels, to + c, planeStep, line);
                continue;
            }
            GatherPatch<T>(plan.OutHeight, plan.OutWidth, channels, corner + c, row, column, m, count, patch);
            WinogradTransforms<TForm, T>.Gradient(patch, m * T.Count, T.Count, to + c, planeStep, line);
        }
    }

    /// <summary>Part r: run r of all tiles, a few at a time: transforms, then products added to the run's own sums [plane][panel][channel][width].</summary>
    private readonly struct WeightGradientRuns<TForm, T>(TilePlan plan, float* x, float* gradY, int panels, float* allSums, int sumsLength, float* scratch, int perLane) : ILaneParts
        where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int lane, int run)
        {
            int width = MicroKernel.Width, spacedIn = SpacedChannels(plan.Channels), spacedOut = SpacedChannels(plan.OutChannels), rows = RoundUp(plan.Channels, 4);
            nint inputStep = PlaneStep(RunBlock * spacedIn), gradientStep = PlaneStep(RunBlock * spacedOut), sumStep = PlaneStep(panels * rows * width);
            float* inputs = scratch + (nint)lane * perLane, gradients = inputs + plan.Planes * inputStep, sums = allSums + (nint)run * sumsLength;
            int begin = (int)((long)plan.Tiles * run / TileRuns), end = (int)((long)plan.Tiles * (run + 1) / TileRuns);
            for (int first = begin; first < end; first += RunBlock)
            {
                int count = Math.Min(RunBlock, end - first);
                for (int t = 0; t < count; t++)
                {
                    InputOfTile<TForm, T>(plan, x, first + t, 0, plan.Channels, inputs + (nint)t * spacedIn, inputStep);
                    GradientOfTile<TForm, T>(plan, gradY, first + t, gradients + (nint)t * spacedOut, gradientStep);
                }
                for (int plane = 0; plane < plan.Planes; plane++)
                for (int panel = 0; panel < panels; panel++)
                    MicroKernel.Outer(inputs + plane * inputStep, spacedIn, 0, plan.Channels, gradients + plane * gradientStep + panel * width, spacedOut, 0, 1, count,
                        Math.Min(width, plan.OutChannels - panel * width), first > begin, sums + plane * sumStep + (nint)panel * rows * width);
            }
        }
    }

    /// <summary>Part (plane, panel): adds the group's products to the sums [plane][panel][channel][width].</summary>
    private readonly struct PlaneSums(TilePlan plan, float* inputs, float* gradients, int count, int group, int panels, bool adds, float* sums) : IParts
    {
        public void Part(int part)
        {
            int plane = part / panels, panel = part % panels, width = MicroKernel.Width, spacedIn = SpacedChannels(plan.Channels), spacedOut = SpacedChannels(plan.OutChannels);
            MicroKernel.Outer(inputs + (nint)plane * PlaneStep(group * spacedIn), spacedIn, 0, plan.Channels, gradients + (nint)plane * PlaneStep(group * spacedOut) + panel * width, spacedOut, 0, 1, count,
                Math.Min(width, plan.OutChannels - panel * width), adds, sums + (nint)plane * PlaneStep(panels * RoundUp(plan.Channels, 4) * width) + (nint)panel * RoundUp(plan.Channels, 4) * width);
        }
    }

    /// <summary>Part (chunk, panel) when all tiles are one group: sums of every plane in the lane's scratch, then straight to the weights' gradient.</summary>
    private readonly struct WeightGradientChunks<TForm, T>(TilePlan plan, float* inputs, float* gradients, int count, int panels, float* scratch, float* gradWeight) : ILaneParts
        where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int lane, int part)
        {
            int chunk = part / panels, panel = part % panels, width = MicroKernel.Width, spacedIn = SpacedChannels(plan.Channels), spacedOut = SpacedChannels(plan.OutChannels);
            int firstChannel = chunk * GradientChunk, channels = Math.Min(GradientChunk, plan.Channels - firstChannel);
            float* sums = scratch + (nint)lane * plan.Planes * PlaneStep(GradientChunk * width);
            for (int plane = 0; plane < plan.Planes; plane++)
                MicroKernel.Outer(inputs + (nint)plane * PlaneStep(count * spacedIn) + firstChannel, spacedIn, 0, channels, gradients + (nint)plane * PlaneStep(count * spacedOut) + panel * width, spacedOut, 0, 1, count,
                    Math.Min(width, plan.OutChannels - panel * width), false, sums + (nint)plane * PlaneStep(GradientChunk * width));
            WeightGradientOfPanel<TForm, T>(plan, sums, PlaneStep(GradientChunk * width), firstChannel, channels, panel, gradWeight);
        }
    }

    /// <summary>Part (panel, chunk): from the sums of all groups to the weights' gradient.</summary>
    private readonly struct FinishWeightGradient<TForm, T>(TilePlan plan, float* sums, int panels, float* gradWeight) : IParts where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        public void Part(int part)
        {
            int panel = part % panels, first = part / panels * GradientChunk, width = MicroKernel.Width;
            nint panelLength = (nint)RoundUp(plan.Channels, 4) * width;
            WeightGradientOfPanel<TForm, T>(plan, sums + panel * panelLength + (nint)first * width, PlaneStep(panels * (int)panelLength), first, Math.Min(GradientChunk, plan.Channels - first), panel, gradWeight);
        }
    }

    /// <summary>G^T M G of some channels and one panel, written to gradWeight [3, 3, channels, outChannels].</summary>
    private static void WeightGradientOfPanel<TForm, T>(in TilePlan plan, float* sums, nint planeStep, int first, int count, int panel, float* gradWeight) where TForm : struct, IWinogradForm where T : struct, ILanes<T>
    {
        float* lineRoom = stackalloc float[WinogradTransforms<TForm, T>.ScratchLength + AlignmentSlack], line = Aligned(lineRoom), tapsRoom = stackalloc float[9 * 16 + AlignmentSlack], taps = Aligned(tapsRoom);
        int width = MicroKernel.Width;
        for (int c = 0; c < count; c++)
        for (int half = 0; half < width; half += T.Count)
        {
            int column = panel * width + half, columns = Math.Min(T.Count, plan.OutChannels - column);
            if (columns <= 0) break;
            WinogradTransforms<TForm, T>.WeightGradient(sums + (nint)c * width + half, planeStep, taps, line);
            for (int tap = 0; tap < 9; tap++)
            {
                float* to = gradWeight + ((nint)tap * plan.Channels + first + c) * plan.OutChannels + column;
                if (columns == T.Count) T.Load(taps + tap * T.Count).Store(to);
                else for (int n = 0; n < columns; n++) to[n] = taps[tap * T.Count + n];
            }
        }
    }
}
