// Projected assignment without the projections: a round needs K inner products and K weighted sums of features, not K * d columns of them.
// Read next: ProjectedForward.cs, ProjectedBackward.cs.
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void ProjectedAssignForwardCore(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        if (!shape.Pays) base.ProjectedAssignForwardCore(shape, sharpness, u, weight, centres, assignments, saved);
        else if (Vector512.IsHardwareAccelerated) ProjectedForward<FloatLanes512>(shape, sharpness, u, weight, centres, assignments, saved);
        else if (Vector256.IsHardwareAccelerated) ProjectedForward<FloatLanes256>(shape, sharpness, u, weight, centres, assignments, saved);
        else ProjectedForward<FloatLanes128>(shape, sharpness, u, weight, centres, assignments, saved);
    }

    private protected override void ProjectedAssignBackwardCore(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU, DeviceBuffer<float> gradWeight)
    {
        if (!shape.Pays) base.ProjectedAssignBackwardCore(shape, sharpness, u, weight, saved, gradCentres, gradU, gradWeight);
        else if (Vector512.IsHardwareAccelerated) ProjectedBackward<FloatLanes512>(shape, sharpness, u, weight, saved, gradCentres, gradU, gradWeight);
        else if (Vector256.IsHardwareAccelerated) ProjectedBackward<FloatLanes256>(shape, sharpness, u, weight, saved, gradCentres, gradU, gradWeight);
        else ProjectedBackward<FloatLanes128>(shape, sharpness, u, weight, saved, gradCentres, gradU, gradWeight);
    }

    private void ProjectedForward<T>(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
        where T : struct, IFloatLanes<T>
    {
        using DeviceBuffer<float> columns = Rent<float>(shape.LengthWeight), scratch = Rent<float>(checked(shape.Batch * ProjectedForwardWork<T>.ScratchLength(shape)));
        Run(shape.Clusters, new WeightColumnsWork(shape, Pointer(weight), Pointer(columns)));
        ProjectedForwardWork<T> work = new(shape, sharpness, Pointer(u), Pointer(columns), Pointer(centres), Pointer(assignments), Pointer(saved), Pointer(scratch));
        if (shape.Batch >= Threads)
        {
            Run(shape.Batch, work);
            return;
        }
        // Fewer samples than threads: the same steps in the same order, but the chunks of all samples side by side.
        for (int round = 0; round < shape.Rounds; round++)
        {
            Run(shape.Batch * ProjectedChunks(shape), work.At(ProjectedStep.Chunk, round));
            Run(shape.Batch, work.At(ProjectedStep.Finish, round));
        }
    }

    private void ProjectedBackward<T>(in ProjectedAssignShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> weight, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU, DeviceBuffer<float> gradWeight)
        where T : struct, IFloatLanes<T>
    {
        int clusters = shape.Clusters;
        using DeviceBuffer<float> columns = Rent<float>(shape.LengthWeight), scratch = Rent<float>(checked(shape.Batch * ProjectedBackwardWork<T>.ScratchLength(shape)));
        using DeviceBuffer<float> grads = Rent<float>(checked(shape.Batch * shape.Rounds * clusters * shape.Dims));
        using DeviceBuffer<float> sums = Rent<float>(checked(shape.Batch * shape.Rounds * clusters * shape.Channels));
        Run(clusters, new WeightColumnsWork(shape, Pointer(weight), Pointer(columns)));
        ProjectedBackwardWork<T> work = new(shape, sharpness, Pointer(u), Pointer(columns), Pointer(saved), Pointer(gradCentres), Pointer(gradU), Pointer(grads), Pointer(sums), Pointer(scratch));
        if (shape.Batch >= Threads) Run(shape.Batch, work);
        else
        {
            int chunks = shape.Batch * ProjectedChunks(shape);
            for (int round = shape.Rounds - 1; round > 0; round--)
            {
                Run(shape.Batch * clusters, work.At(ProjectedStep.Begin, round));
                Run(chunks, work.At(ProjectedStep.Chunk, round));
                Run(shape.Batch, work.At(ProjectedStep.Finish, round));
            }
            Run(shape.Batch, work.At(ProjectedStep.Begin, 0));
            Run(chunks, work.At(ProjectedStep.Chunk, 0));
        }
        Run(clusters * GradWeightSlices, new ProjectedGradWeightWork<T>(shape, Pointer(saved), Pointer(grads), Pointer(sums), Pointer(gradWeight)));
    }

    /// <summary>Positions that are worked on together when a sample is shared between threads; sums over a sample are always those of its chunks, in order.</summary>
    private const int ProjectedChunk = 128;

    /// <summary>Slices of the channels in the gradient of the weights.</summary>
    private const int GradWeightSlices = 4;

    private static int ProjectedChunks(in ProjectedAssignShape shape) => (shape.Positions + ProjectedChunk - 1) / ProjectedChunk;

    private enum ProjectedStep
    {
        /// <summary>All steps of one sample.</summary>
        Sample,
        Begin,
        Chunk,
        Finish,
    }

    /// <summary>columns [clusters * dims, channels] = the weights with their long side contiguous.</summary>
    private readonly struct WeightColumnsWork(ProjectedAssignShape s, float* weight, float* columns) : IParts
    {
        public void Part(int k)
        {
            int width = s.Clusters * s.Dims, channels = s.Channels;
            // Sixteen rows at a time: their cache lines stay while all dims are read from them.
            for (int first = 0; first < channels; first += 16)
            for (int i = k * s.Dims; i < (k + 1) * s.Dims; i++)
            for (int c = first; c < Math.Min(first + 16, channels); c++)
                columns[(nint)i * channels + c] = weight[(nint)c * width + i];
        }
    }
}
