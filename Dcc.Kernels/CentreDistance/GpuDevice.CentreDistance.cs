// Distance between sets of centres: forward one group a pair with a tree over the dims, backward one thread an element, so that nothing is added
// from two sides. Bound: reads of the centres from L2. Read next: ../MaxMargin/README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private const float SquareFloor = (float)CentreDistanceReference.SquareFloor;

    private static void CentreDistanceForwardKernel(
        CentreDistanceShape s, ArrayView<float> a, ArrayView<float> v, ArrayView<float> distance, ArrayView<int> nearest, ArrayView<float> squares)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        int pair = Grid.IdxX, i = pair / s.BatchV, j = pair - i * s.BatchV;
        float sum = 0f;
        for (int k = 0; k < s.ClustersA; k++)
        {
            float best = float.MaxValue;
            int index = 0;
            for (int other = 0; other < s.ClustersV; other++)
            {
                float square = 0f;
                for (int c = Group.IdxX; c < s.Dims; c += Group.DimX)
                {
                    float difference = v[(j * s.ClustersV + other) * s.Dims + c] - a[(i * s.ClustersA + k) * s.Dims + c];
                    square += difference * difference;
                }
                square = MathF.Max(GroupTree.Sum(shared, square), SquareFloor);
                if (square < best)
                {
                    best = square;
                    index = other;
                }
            }
            if (Group.IdxX == 0)
            {
                squares[pair * s.ClustersA + k] = best;
                nearest[pair * s.ClustersA + k] = index;
            }
            sum += best;
        }
        if (Group.IdxX == 0) distance[pair] = sum;
    }

    private static void CentreDistanceBackwardAKernel(
        Index1D element, CentreDistanceShape s, ArrayView<float> a, ArrayView<float> v, ArrayView<int> nearest, ArrayView<float> squares, ArrayView<float> gradDistance, ArrayView<float> gradA)
    {
        int row = element / s.Dims, c = element - row * s.Dims, i = row / s.ClustersA, k = row - i * s.ClustersA;
        float sum = 0f;
        for (int j = 0; j < s.BatchV; j++)
        {
            int pair = i * s.BatchV + j, at = pair * s.ClustersA + k;
            if (squares[at] > SquareFloor) sum += 2f * gradDistance[pair] * (a[element] - v[(j * s.ClustersV + nearest[at]) * s.Dims + c]);
        }
        gradA[element] = sum;
    }

    private static void CentreDistanceBackwardVKernel(
        Index1D element, CentreDistanceShape s, ArrayView<float> a, ArrayView<float> v, ArrayView<int> nearest, ArrayView<float> squares, ArrayView<float> gradDistance, ArrayView<float> gradV)
    {
        int row = element / s.Dims, c = element - row * s.Dims, j = row / s.ClustersV, own = row - j * s.ClustersV;
        float sum = 0f;
        for (int i = 0; i < s.BatchA; i++)
        for (int k = 0; k < s.ClustersA; k++)
        {
            int pair = i * s.BatchV + j, at = pair * s.ClustersA + k;
            if (nearest[at] == own && squares[at] > SquareFloor) sum += 2f * gradDistance[pair] * (v[element] - a[(i * s.ClustersA + k) * s.Dims + c]);
        }
        gradV[element] = sum;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, CentreDistanceShape, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>>>? centreDistanceForward;
    private GpuKernel<Action<Index1D, CentreDistanceShape, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? centreDistanceBackwardA, centreDistanceBackwardV;

    private protected override void CentreDistanceForwardCore(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> distance, DeviceBuffer<int> nearest, DeviceBuffer<float> squares)
    {
        centreDistanceForward ??= Load(nameof(CentreDistanceForwardKernel), () => accelerator.LoadStreamKernel<CentreDistanceShape, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>>(CentreDistanceForwardKernel));
        centreDistanceForward.Launch(new KernelConfig(shape.LengthDistance, TreeThreads(Math.Min(64, shape.Dims))), shape, View(a), View(v), View(distance), View(nearest), View(squares));
    }

    private protected override void CentreDistanceBackwardCore(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<int> nearest, DeviceBuffer<float> squares, DeviceBuffer<float> gradDistance, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        centreDistanceBackwardA ??= Load(nameof(CentreDistanceBackwardAKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, CentreDistanceShape, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(CentreDistanceBackwardAKernel));
        centreDistanceBackwardV ??= Load(nameof(CentreDistanceBackwardVKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, CentreDistanceShape, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(CentreDistanceBackwardVKernel));
        centreDistanceBackwardA.Launch(shape.LengthA, shape, View(a), View(v), View(nearest), View(squares), View(gradDistance), View(gradA));
        centreDistanceBackwardV.Launch(shape.LengthV, shape, View(a), View(v), View(nearest), View(squares), View(gradDistance), View(gradV));
    }
}
