// Distance between sets of centres, a sound's row a thread, vectors along the dims. Read next: GpuDevice.CentreDistance.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private const float SquareFloor = (float)CentreDistanceReference.SquareFloor;

    private protected override void CentreDistanceForwardCore(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> distance, DeviceBuffer<int> nearest, DeviceBuffer<float> squares)
    {
        Run(shape.BatchA, new CentreDistanceWork(shape, Pointer(a), Pointer(v), Pointer(distance), Pointer(nearest), Pointer(squares)));
    }

    private readonly struct CentreDistanceWork(CentreDistanceShape s, float* left, float* right, float* result, int* which, float* smallest) : IParts
    {
        public void Part(int i)
        {
            for (int j = 0; j < s.BatchV; j++)
            {
                nint pair = (nint)i * s.BatchV + j;
                float sum = 0f;
                for (int k = 0; k < s.ClustersA; k++)
                {
                    float best = float.MaxValue;
                    int index = 0;
                    for (int other = 0; other < s.ClustersV; other++)
                    {
                        float square = VectorLoops.SquaredDistance(left + ((nint)i * s.ClustersA + k) * s.Dims, right + ((nint)j * s.ClustersV + other) * s.Dims, s.Dims);
                        square = MathF.Max(square, SquareFloor);
                        if (square < best) (best, index) = (square, other);
                    }
                    smallest[pair * s.ClustersA + k] = best;
                    which[pair * s.ClustersA + k] = index;
                    sum += best;
                }
                result[pair] = sum;
            }
        }
    }

    private protected override void CentreDistanceBackwardCore(in CentreDistanceShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<int> nearest, DeviceBuffer<float> squares, DeviceBuffer<float> gradDistance, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        Run(shape.BatchA, new CentreDistanceSoundsWork(shape, Pointer(a), Pointer(v), Pointer(nearest), Pointer(squares), Pointer(gradDistance), Pointer(gradA)));
        Run(shape.BatchV, new CentreDistanceImagesWork(shape, Pointer(a), Pointer(v), Pointer(nearest), Pointer(squares), Pointer(gradDistance), Pointer(gradV)));
    }

    private readonly struct CentreDistanceSoundsWork(CentreDistanceShape s, float* left, float* right, int* which, float* smallest, float* grad, float* gradLeft) : IParts
    {
        public void Part(int i)
        {
            new Span<float>(gradLeft + (nint)i * s.ClustersA * s.Dims, s.ClustersA * s.Dims).Clear();
            for (int j = 0; j < s.BatchV; j++)
            for (int k = 0; k < s.ClustersA; k++)
            {
                nint pair = (nint)i * s.BatchV + j, at = pair * s.ClustersA + k, row = ((nint)i * s.ClustersA + k) * s.Dims;
                if (smallest[at] <= SquareFloor) continue;
                VectorLoops.AddScaled(2f * grad[pair], left + row, gradLeft + row, s.Dims);
                VectorLoops.AddScaled(-2f * grad[pair], right + ((nint)j * s.ClustersV + which[at]) * s.Dims, gradLeft + row, s.Dims);
            }
        }
    }

    private readonly struct CentreDistanceImagesWork(CentreDistanceShape s, float* left, float* right, int* which, float* smallest, float* grad, float* gradRight) : IParts
    {
        public void Part(int j)
        {
            new Span<float>(gradRight + (nint)j * s.ClustersV * s.Dims, s.ClustersV * s.Dims).Clear();
            for (int i = 0; i < s.BatchA; i++)
            for (int k = 0; k < s.ClustersA; k++)
            {
                nint pair = (nint)i * s.BatchV + j, at = pair * s.ClustersA + k, row = ((nint)j * s.ClustersV + which[at]) * s.Dims;
                if (smallest[at] <= SquareFloor) continue;
                VectorLoops.AddScaled(2f * grad[pair], right + row, gradRight + row, s.Dims);
                VectorLoops.AddScaled(-2f * grad[pair], left + ((nint)i * s.ClustersA + k) * s.Dims, gradRight + row, s.Dims);
            }
        }
    }
}
