// The forward rounds of the projected assignment on the CPU. Read next: ProjectedBackward.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private readonly struct ProjectedForwardWork<T>(ProjectedAssignShape s, float sharpness, float* u, float* columns, float* centres, float* assignments, float* saved, float* scratch,
        ProjectedStep step = ProjectedStep.Sample, int round = 0) : IParts where T : struct, IFloatLanes<T>
    {
        /// <summary>Per sample: W_k o_k [clusters, channels]; per chunk weighted sums [clusters, channels] and a block [clusters, 16]; one inner-product block.</summary>
        public static int ScratchLength(in ProjectedAssignShape s) =>
            s.Clusters * s.Channels + ProjectedChunks(s) * s.Clusters * (s.Channels + PositionBlock) + PositionBlock;

        public ProjectedForwardWork<T> At(ProjectedStep at, int which) => new(s, sharpness, u, columns, centres, assignments, saved, scratch, at, which);

        public void Part(int part)
        {
            int chunks = ProjectedChunks(s);
            if (step == ProjectedStep.Chunk) Chunk(part / chunks, part % chunks, round);
            else if (step == ProjectedStep.Finish) Finish(part, round);
            else
            {
                for (int r = 0; r < s.Rounds; r++)
                {
                    for (int chunk = 0; chunk < chunks; chunk++) Chunk(part, chunk, r);
                    Finish(part, r);
                }
            }
        }

        private float* Scratch(int sample) => scratch + (nint)sample * ScratchLength(s);

        /// <summary>Assignments of a chunk, and the sums of its features weighted with them.</summary>
        private void Chunk(int sample, int chunk, int r)
        {
            int clusters = s.Clusters, channels = s.Channels, start = chunk * ProjectedChunk, end = Math.Min(start + ProjectedChunk, s.Positions);
            float* rows = u + ((nint)sample * s.Positions + start) * channels, vectors = Scratch(sample);
            float* sums = vectors + clusters * channels + (nint)chunk * clusters * (channels + PositionBlock), block = sums + clusters * channels;
            if (r == 0)
            {
                // Nobody knows anything yet: 1/K to all, and so one sum for all.
                float share = 1f / clusters;
                NarrowProducts<T>.Combine(&share, 0, 0, 1, end - start, rows, channels, sums, channels, channels, adds: false);
                return;
            }
            bool last = r == s.Rounds - 1;
            float* map = saved + s.Projected.LengthSaved + s.LengthSums + ((nint)sample * (s.Rounds - 1) + r - 1) * clusters * s.Positions;
            float* shown = assignments + (nint)sample * clusters * s.Positions;
            for (int first = start; first < end; first += PositionBlock, rows += PositionBlock * channels)
            {
                int count = Math.Min(PositionBlock, end - first);
                NarrowProducts<T>.Dots(rows, channels, count, vectors, channels, clusters, channels, block);
                VectorLoops.Scale(sharpness, block, block, clusters * PositionBlock);
                SoftmaxOverClusters(clusters, block);
                for (int k = 0; k < clusters; k++)
                {
                    ReadOnlySpan<float> line = new(block + k * PositionBlock, count);
                    line.CopyTo(new Span<float>(map + (nint)k * s.Positions + first, count));
                    if (last) line.CopyTo(new Span<float>(shown + (nint)k * s.Positions + first, count));
                }
                NarrowProducts<T>.Combine(block, PositionBlock, 1, clusters, count, rows, channels, sums, channels, channels, adds: first > start);
            }
        }

        /// <summary>o_k = W_k^T (sum of the features), its unit vector, and what features are compared with in the next round.</summary>
        private void Finish(int sample, int r)
        {
            int clusters = s.Clusters, channels = s.Channels, dims = s.Dims, chunks = ProjectedChunks(s);
            bool last = r == s.Rounds - 1;
            float* vectors = Scratch(sample), parts = vectors + clusters * channels, block = parts + (nint)chunks * clusters * (channels + PositionBlock);
            float* sums = saved + s.Projected.LengthSaved + ((nint)sample * s.Rounds + r) * clusters * channels;
            float* kept = saved + ((nint)sample * (s.Rounds - 1) + r) * s.Projected.SavedPerRound, o = last ? centres + (nint)sample * clusters * dims : kept;
            for (int k = 0; k < clusters; k++)
            {
                float* sum = sums + k * channels, part = parts + (r == 0 ? 0 : k * channels), own = columns + (nint)k * dims * channels, centre = o + k * dims;
                VectorLoops.Scale(1f, part, sum, channels);
                for (int chunk = 1; chunk < chunks; chunk++) VectorLoops.AddScaled(1f, part + (nint)chunk * clusters * (channels + PositionBlock), sum, channels);
                for (int i = 0; i < dims; i += PositionBlock)
                {
                    int count = Math.Min(PositionBlock, dims - i);
                    NarrowProducts<T>.Dots(own + (nint)i * channels, channels, count, sum, channels, 1, channels, block);
                    VectorLoops.Scale(1f, block, centre + i, count);
                }
                if (last) continue;
                float norm = MathF.Max(MathF.Sqrt(VectorLoops.Dot(centre, centre, dims)), (float)SoftAssignReference.NormFloor);
                VectorLoops.Scale(1f / norm, centre, centre, dims);
                kept[clusters * dims + k] = norm;
                NarrowProducts<T>.Combine(centre, 0, 1, 1, dims, own, channels, vectors + k * channels, channels, channels, adds: false);
            }
            if (last && r == 0) new Span<float>(assignments + (nint)sample * clusters * s.Positions, clusters * s.Positions).Fill(1f / clusters);
        }
    }
}
