// Similarity of centres: unit stacks, then rows times rows. Read next: GpuDevice.CentreSimilarity.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private const float CentreNormFloor = (float)CentreSimilarityReference.NormFloor;

    /// <summary>Rows of a similarity matrix that a thread takes at a time.</summary>
    private const int SimilarityRows = 8;

    private protected override void CentreSimilarityForwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> similarity)
    {
        CentreSimilarityShape s = shape;
        using DeviceBuffer<float> unitA = Rent<float>(s.LengthA), unitV = Rent<float>(s.LengthV);
        UnitCentres(s.BatchA * s.Clusters, s.Dims, Pointer(a), Pointer(unitA));
        UnitCentres(s.BatchV * s.Clusters, s.Dims, Pointer(v), Pointer(unitV));
        RunRanges(s.BatchA, SimilarityRows, new SimilarityWork(s, Pointer(unitA), Pointer(unitV), Pointer(similarity)));
    }

    private readonly struct SimilarityWork(CentreSimilarityShape s, float* left, float* right, float* result) : IRanges
    {
        public void Range(int start, int end)
        {
            for (int i = start; i < end; i++)
            for (int j = 0; j < s.BatchV; j++)
                result[(nint)i * s.BatchV + j] = VectorLoops.Dot(left + (nint)i * s.Width, right + (nint)j * s.Width, s.Width);
        }
    }

    private protected override void CentreSimilarityBackwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        CentreSimilarityShape s = shape;
        using DeviceBuffer<float> unitA = Rent<float>(s.LengthA), unitV = Rent<float>(s.LengthV);
        UnitCentres(s.BatchA * s.Clusters, s.Dims, Pointer(a), Pointer(unitA));
        UnitCentres(s.BatchV * s.Clusters, s.Dims, Pointer(v), Pointer(unitV));
        float* grad = Pointer(gradSimilarity);
        RunRanges(s.BatchA, SimilarityRows, new SimilarityGradientWork(s, s.BatchV, grad, s.BatchV, 1, Pointer(unitV), Pointer(a), Pointer(gradA)));
        RunRanges(s.BatchV, SimilarityRows, new SimilarityGradientWork(s, s.BatchA, grad, 1, s.BatchV, Pointer(unitA), Pointer(v), Pointer(gradV)));
    }

    /// <summary>gradient of row i = sum over j of grad[i * step + j * otherStep] * units of j, then through the norms of row i's own centres.</summary>
    private readonly struct SimilarityGradientWork(CentreSimilarityShape s, int others, float* grad, int step, int otherStep, float* units, float* centres, float* gradCentres) : IRanges
    {
        public void Range(int start, int end)
        {
            for (int i = start; i < end; i++)
            {
                float* row = gradCentres + (nint)i * s.Width;
                new Span<float>(row, s.Width).Clear();
                for (int j = 0; j < others; j++) VectorLoops.AddScaled(grad[(nint)i * step + (nint)j * otherStep], units + (nint)j * s.Width, row, s.Width);
                ThroughCentreNorms(s.Clusters, s.Dims, centres + (nint)i * s.Width, row);
            }
        }
    }

    private protected override void PairCosinesForwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> cosines)
    {
        int dims = shape.Dims;
        float* left = Pointer(a), right = Pointer(v), result = Pointer(cosines);
        for (int i = 0; i < shape.LengthCosines; i++)
        {
            float* centreA = left + (nint)i * dims, centreV = right + (nint)i * dims;
            result[i] = VectorLoops.Dot(centreA, centreV, dims) / CentreNorm(centreA, dims) / CentreNorm(centreV, dims);
        }
    }

    private protected override void PairCosinesBackwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradCosines, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        int dims = shape.Dims;
        float* left = Pointer(a), right = Pointer(v), grad = Pointer(gradCosines), gradLeft = Pointer(gradA), gradRight = Pointer(gradV);
        for (int i = 0; i < shape.LengthCosines; i++)
        {
            nint at = (nint)i * dims;
            VectorLoops.Scale(grad[i] / CentreNorm(right + at, dims), right + at, gradLeft + at, dims);
            VectorLoops.Scale(grad[i] / CentreNorm(left + at, dims), left + at, gradRight + at, dims);
        }
        ThroughCentreNorms(shape.LengthCosines, dims, left, gradLeft);
        ThroughCentreNorms(shape.LengthCosines, dims, right, gradRight);
    }

    private static void UnitCentres(int count, int dims, float* centres, float* units)
    {
        for (int i = 0; i < count; i++, centres += dims, units += dims) VectorLoops.Scale(1f / CentreNorm(centres, dims), centres, units, dims);
    }

    /// <summary>In: gradients of the unit centres. Out: gradients of the centres.</summary>
    private static void ThroughCentreNorms(int count, int dims, float* centres, float* grads)
    {
        for (int i = 0; i < count; i++, centres += dims, grads += dims)
        {
            float norm = CentreNorm(centres, dims), along = norm > CentreNormFloor ? VectorLoops.Dot(centres, grads, dims) / (norm * norm) : 0f;
            VectorLoops.AddScaled(-along, centres, grads, dims);
            VectorLoops.Scale(1f / norm, grads, grads, dims);
        }
    }

    private static float CentreNorm(float* centre, int dims) => MathF.Max(MathF.Sqrt(VectorLoops.Dot(centre, centre, dims)), CentreNormFloor);
}
