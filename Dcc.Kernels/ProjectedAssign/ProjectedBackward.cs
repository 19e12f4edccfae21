// The backward rounds of the projected assignment on the CPU, and the gradient of the weights. Read next: ../SoftAssign/README.md for the formulas.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>grads [batch, rounds, clusters, dims]: G of each round. sums [batch, rounds - 1, clusters, channels]: features weighted with the slopes.</summary>
    private readonly struct ProjectedBackwardWork<T>(ProjectedAssignShape s, float sharpness, float* u, float* columns, float* saved, float* gradCentres, float* gradU, float* grads, float* sums, float* scratch,
        ProjectedStep step = ProjectedStep.Sample, int round = 0) : IParts where T : struct, IFloatLanes<T>
    {
        /// <summary>Rows that a gradient of a feature is made of: W_k G_k and W_k o_k of each round but the first, and one row for that.</summary>
        private static int Rows(in ProjectedAssignShape s) => 2 * (s.Rounds - 1) * s.Clusters + 1;

        /// <summary>Per sample: those rows, their weights [rows, positions], per chunk sums [clusters, channels] and two blocks [clusters, 16], and one block more.</summary>
        public static int ScratchLength(in ProjectedAssignShape s) =>
            Rows(s) * (s.Channels + s.Positions) + ProjectedChunks(s) * s.Clusters * (s.Channels + 2 * PositionBlock) + s.Clusters * s.Dims + PositionBlock;

        public ProjectedBackwardWork<T> At(ProjectedStep at, int which) => new(s, sharpness, u, columns, saved, gradCentres, gradU, grads, sums, scratch, at, which);

        public void Part(int part)
        {
            int chunks = ProjectedChunks(s), clusters = s.Clusters;
            if (step == ProjectedStep.Begin && round == 0) BeginFirst(part);
            else if (step == ProjectedStep.Begin) Begin(part / clusters, part % clusters, round);
            else if (step == ProjectedStep.Chunk && round == 0) GradientsOfFeatures(part / chunks, part % chunks);
            else if (step == ProjectedStep.Chunk) Chunk(part / chunks, part % chunks, round);
            else if (step == ProjectedStep.Finish) Finish(part, round);
            else
            {
                for (int r = s.Rounds - 1; r > 0; r--)
                {
                    for (int k = 0; k < clusters; k++) Begin(part, k, r);
                    for (int chunk = 0; chunk < chunks; chunk++) Chunk(part, chunk, r);
                    Finish(part, r);
                }
                BeginFirst(part);
                for (int chunk = 0; chunk < chunks; chunk++) GradientsOfFeatures(part, chunk);
            }
        }

        private float* Vectors(int sample) => scratch + (nint)sample * ScratchLength(s);

        private float* Weights(int sample) => Vectors(sample) + Rows(s) * s.Channels;

        private float* ChunkScratch(int sample, int chunk) => Weights(sample) + Rows(s) * s.Positions + (nint)chunk * s.Clusters * (s.Channels + 2 * PositionBlock);

        private float* Grad(int sample, int r) => grads + ((nint)sample * s.Rounds + r) * s.Clusters * s.Dims;

        private float* Units(int sample, int r) => saved + ((nint)sample * (s.Rounds - 1) + r - 1) * s.Projected.SavedPerRound;

        /// <summary>The first of the 2 K rows of a round.</summary>
        private int FirstRow(int r) => 2 * (r - 1) * s.Clusters;

        private void Begin(int sample, int k, int r)
        {
            int channels = s.Channels, dims = s.Dims;
            float* grad = Grad(sample, r) + k * dims, own = columns + (nint)k * dims * channels, vector = Vectors(sample) + (nint)(FirstRow(r) + k) * channels;
            if (r == s.Rounds - 1) VectorLoops.Scale(1f, gradCentres + ((nint)sample * s.Clusters + k) * dims, grad, dims);
            NarrowProducts<T>.Combine(grad, 0, 1, 1, dims, own, channels, vector, channels, channels, adds: false);
            NarrowProducts<T>.Combine(Units(sample, r) + k * dims, 0, 1, 1, dims, own, channels, vector + (nint)s.Clusters * channels, channels, channels, adds: false);
        }

        /// <summary>Slopes of the logits of a chunk, and the sums of its features weighted with them.</summary>
        private void Chunk(int sample, int chunk, int r)
        {
            int clusters = s.Clusters, channels = s.Channels, start = chunk * ProjectedChunk, end = Math.Min(start + ProjectedChunk, s.Positions);
            float* rows = u + ((nint)sample * s.Positions + start) * channels, vectors = Vectors(sample) + (nint)FirstRow(r) * channels;
            float* part = ChunkScratch(sample, chunk), slopes = part + clusters * channels, shares = slopes + clusters * PositionBlock;
            float* map = saved + s.Projected.LengthSaved + s.LengthSums + ((nint)sample * (s.Rounds - 1) + r - 1) * clusters * s.Positions;
            float* shareWeights = Weights(sample) + (nint)FirstRow(r) * s.Positions, slopeWeights = shareWeights + (nint)clusters * s.Positions;
            // Columns behind the last position have no share, and thereby no slope.
            new Span<float>(shares, clusters * PositionBlock).Clear();
            for (int first = start; first < end; first += PositionBlock, rows += PositionBlock * channels)
            {
                int count = Math.Min(PositionBlock, end - first);
                for (int k = 0; k < clusters; k++)
                {
                    ReadOnlySpan<float> line = new(map + (nint)k * s.Positions + first, count);
                    line.CopyTo(new Span<float>(shares + k * PositionBlock, PositionBlock));
                    if (count < PositionBlock) new Span<float>(shares + k * PositionBlock + count, PositionBlock - count).Clear();
                    line.CopyTo(new Span<float>(shareWeights + (nint)k * s.Positions + first, count));
                }
                NarrowProducts<T>.Dots(rows, channels, count, vectors, channels, clusters, channels, slopes);
                ThroughSoftmax(clusters, sharpness, shares, slopes);
                for (int k = 0; k < clusters; k++)
                    new ReadOnlySpan<float>(slopes + k * PositionBlock, count).CopyTo(new Span<float>(slopeWeights + (nint)k * s.Positions + first, count));
                NarrowProducts<T>.Combine(slopes, PositionBlock, 1, clusters, count, rows, channels, part, channels, channels, adds: first > start);
            }
        }

        /// <summary>The gradient of the centres of the round before.</summary>
        private void Finish(int sample, int r)
        {
            int clusters = s.Clusters, channels = s.Channels, dims = s.Dims, chunks = ProjectedChunks(s);
            float* own = sums + ((nint)sample * (s.Rounds - 1) + r - 1) * clusters * channels, units = Units(sample, r), block = ChunkScratch(sample, chunks);
            for (int k = 0; k < clusters; k++)
            {
                float* sum = own + k * channels, grad = Grad(sample, r - 1) + k * dims, unit = units + k * dims;
                VectorLoops.Scale(1f, ChunkScratch(sample, 0) + k * channels, sum, channels);
                for (int chunk = 1; chunk < chunks; chunk++) VectorLoops.AddScaled(1f, ChunkScratch(sample, chunk) + k * channels, sum, channels);
                for (int i = 0; i < dims; i += PositionBlock)
                {
                    int count = Math.Min(PositionBlock, dims - i);
                    NarrowProducts<T>.Dots(columns + ((nint)k * dims + i) * channels, channels, count, sum, channels, 1, channels, block);
                    VectorLoops.Scale(1f, block, grad + i, count);
                }
                float norm = units[clusters * dims + k], along = norm > (float)SoftAssignReference.NormFloor ? VectorLoops.Dot(unit, grad, dims) : 0f;
                VectorLoops.AddScaled(-along, unit, grad, dims);
                VectorLoops.Scale(1f / norm, grad, grad, dims);
            }
        }

        /// <summary>In the first round every feature gives 1/K to every centre: one row for all.</summary>
        private void BeginFirst(int sample)
        {
            int width = s.Clusters * s.Dims, last = Rows(s) - 1;
            float* grad = Grad(sample, 0), shared = ChunkScratch(sample, ProjectedChunks(s)) + PositionBlock;
            if (s.Rounds == 1) VectorLoops.Scale(1f, gradCentres + (nint)sample * width, grad, width);
            VectorLoops.Scale(1f / s.Clusters, grad, shared, width);
            NarrowProducts<T>.Combine(shared, 0, 1, 1, width, columns, s.Channels, Vectors(sample) + (nint)last * s.Channels, s.Channels, s.Channels, adds: false);
            new Span<float>(Weights(sample) + (nint)last * s.Positions, s.Positions).Fill(1f);
        }

        private void GradientsOfFeatures(int sample, int chunk)
        {
            int channels = s.Channels, end = Math.Min((chunk + 1) * ProjectedChunk, s.Positions);
            for (int first = chunk * ProjectedChunk; first < end; first += PositionBlock)
                NarrowProducts<T>.Combine(Weights(sample) + first, 1, s.Positions, Math.Min(PositionBlock, end - first), Rows(s), Vectors(sample), channels,
                    gradU + ((nint)sample * s.Positions + first) * channels, channels, channels, adds: false);
        }
    }

    /// <summary>
    /// gradW_k = sum over samples and rounds of (features weighted with the shares) G_k^T + (features weighted with the slopes) o_k^T: a few outer products a sample
    /// instead of one a position.
    /// </summary>
    private readonly struct ProjectedGradWeightWork<T>(ProjectedAssignShape s, float* saved, float* grads, float* sums, float* gradWeight) : IParts where T : struct, IFloatLanes<T>
    {
        public void Part(int part)
        {
            int k = part / GradWeightSlices, slice = part % GradWeightSlices, channels = s.Channels, width = s.Clusters * s.Dims;
            int start = channels * slice / GradWeightSlices, count = channels * (slice + 1) / GradWeightSlices - start;
            nint features = (nint)s.Clusters * channels, at = (nint)k * channels + start;
            float* to = gradWeight + (nint)start * width + k * s.Dims;
            NarrowProducts<T>.Combine(saved + s.Projected.LengthSaved + at, 1, features, count, s.Batch * s.Rounds, grads + k * s.Dims, width, to, width, s.Dims, adds: false);
            NarrowProducts<T>.Combine(sums + at, 1, features, count, s.Batch * (s.Rounds - 1), saved + k * s.Dims, s.Projected.SavedPerRound, to, width, s.Dims, adds: true);
        }
    }
}
