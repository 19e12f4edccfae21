// Similarity of centres: unit stacks, one thread a centre; then their product in tiles of shared memory. Everything here is small (a batch of 64
// stacks of 160 floats): the bound is the latency of the launches. Read next: ../CentreDistance/README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private const float CentreNormFloor = (float)CentreSimilarityReference.NormFloor;

    /// <summary>Widest tile of the small product; its groups have tile * tile threads.</summary>
    private const int MaxProductTile = 16;

    /// <summary>A thread per centre of either side: the first <paramref name="countA"/> are a's.</summary>
    private static void UnitCentresKernel(Index1D centre, int countA, int dims, ArrayView<float> a, ArrayView<float> v, ArrayView<float> unitA, ArrayView<float> unitV)
    {
        if (centre < countA) UnitCentre(centre, dims, a, unitA);
        else UnitCentre(centre - countA, dims, v, unitV);
    }

    private static void UnitCentre(int centre, int dims, ArrayView<float> centres, ArrayView<float> units)
    {
        int first = centre * dims;
        float norm = CentreNorm(centres, first, dims);
        for (int c = first; c < first + dims; c++) units[c] = centres[c] / norm;
    }

    /// <summary>In: gradients of the unit centres. Out: gradients of the centres.</summary>
    private static void ThroughCentreNormsKernel(Index1D centre, int countA, int dims, ArrayView<float> a, ArrayView<float> v, ArrayView<float> gradA, ArrayView<float> gradV)
    {
        if (centre < countA) ThroughCentreNorm(centre, dims, a, gradA);
        else ThroughCentreNorm(centre - countA, dims, v, gradV);
    }

    private static void ThroughCentreNorm(int centre, int dims, ArrayView<float> centres, ArrayView<float> grads)
    {
        int first = centre * dims;
        float norm = CentreNorm(centres, first, dims), along = 0f;
        if (norm > CentreNormFloor)
            for (int c = first; c < first + dims; c++) along += centres[c] / norm * grads[c];
        for (int c = first; c < first + dims; c++) grads[c] = (grads[c] - along * centres[c] / norm) / norm;
    }

    /// <summary>result [rows, columns] = sum over i of a[row, i] * b[i, column], with any strides: one kernel serves the product and both its gradients.</summary>
    private static void StridedProductKernel(StridedProduct p, ArrayView<float> a, ArrayView<float> b, ArrayView<float> result)
    {
        ArrayView<float> tileA = SharedMemory.Allocate<float>(MaxProductTile * MaxProductTile), tileB = SharedMemory.Allocate<float>(MaxProductTile * MaxProductTile);
        int x = Group.IdxX % p.Tile, y = Group.IdxX / p.Tile;
        int row = Grid.IdxY * p.Tile + y, column = Grid.IdxX * p.Tile + x;
        float sum = 0f;
        for (int first = 0; first < p.Inner; first += p.Tile)
        {
            tileA[y * p.Tile + x] = row < p.Rows && first + x < p.Inner ? a[row * p.RowStrideA + (first + x) * p.ColumnStrideA] : 0f;
            tileB[y * p.Tile + x] = first + y < p.Inner && column < p.Columns ? b[(first + y) * p.RowStrideB + column * p.ColumnStrideB] : 0f;
            Group.Barrier();
            for (int i = 0; i < p.Tile; i++) sum += tileA[y * p.Tile + i] * tileB[i * p.Tile + x];
            Group.Barrier();
        }
        if (row < p.Rows && column < p.Columns) result[row * p.Columns + column] = sum;
    }

    private static void PairCosinesForwardKernel(Index1D pair, int dims, ArrayView<float> a, ArrayView<float> v, ArrayView<float> cosines)
    {
        int first = pair * dims;
        float product = 0f;
        for (int c = first; c < first + dims; c++) product += a[c] * v[c];
        cosines[pair] = product / CentreNorm(a, first, dims) / CentreNorm(v, first, dims);
    }

    /// <summary>Gradients of the unit centres; ThroughCentreNorms does the rest.</summary>
    private static void PairCosinesBackwardKernel(Index1D pair, int dims, ArrayView<float> a, ArrayView<float> v, ArrayView<float> gradCosines, ArrayView<float> gradA, ArrayView<float> gradV)
    {
        int first = pair * dims;
        float normA = CentreNorm(a, first, dims), normV = CentreNorm(v, first, dims);
        for (int c = first; c < first + dims; c++)
        {
            gradA[c] = gradCosines[pair] * v[c] / normV;
            gradV[c] = gradCosines[pair] * a[c] / normA;
        }
    }

    private static float CentreNorm(ArrayView<float> centres, int first, int dims)
    {
        float square = 0f;
        for (int c = first; c < first + dims; c++) square += centres[c] * centres[c];
        return MathF.Max(MathF.Sqrt(square), CentreNormFloor);
    }

    /// <summary>Sizes and strides of a small product.</summary>
    internal readonly record struct StridedProduct(int Rows, int Columns, int Inner, int RowStrideA, int ColumnStrideA, int RowStrideB, int ColumnStrideB, int Tile);

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? unitCentres, throughCentreNorms;
    private GpuKernel<Action<KernelConfig, StridedProduct, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? stridedProduct;
    private GpuKernel<Action<Index1D, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? pairCosinesForward;
    private GpuKernel<Action<Index1D, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? pairCosinesBackward;

    private protected override void CentreSimilarityForwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> similarity)
    {
        using DeviceBuffer<float> unitA = Rent<float>(shape.LengthA), unitV = Rent<float>(shape.LengthV);
        UnitCentres(shape, a, v, unitA, unitV);
        Product(new(shape.BatchA, shape.BatchV, shape.Width, shape.Width, 1, 1, shape.Width, ProductTile), unitA, unitV, similarity);
    }

    private protected override void CentreSimilarityBackwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        using DeviceBuffer<float> unitA = Rent<float>(shape.LengthA), unitV = Rent<float>(shape.LengthV);
        UnitCentres(shape, a, v, unitA, unitV);
        Product(new(shape.BatchA, shape.Width, shape.BatchV, shape.BatchV, 1, shape.Width, 1, ProductTile), gradSimilarity, unitV, gradA);
        Product(new(shape.BatchV, shape.Width, shape.BatchA, 1, shape.BatchV, shape.Width, 1, ProductTile), gradSimilarity, unitA, gradV);
        ThroughCentreNorms(shape.BatchA * shape.Clusters, shape.BatchV * shape.Clusters, shape.Dims, a, v, gradA, gradV);
    }

    private protected override void PairCosinesForwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> cosines)
    {
        pairCosinesForward ??= Load(nameof(PairCosinesForwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, ArrayView<float>, ArrayView<float>, ArrayView<float>>(PairCosinesForwardKernel));
        pairCosinesForward.Launch(shape.LengthCosines, shape.Dims, View(a), View(v), View(cosines));
    }

    private protected override void PairCosinesBackwardCore(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradCosines, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        pairCosinesBackward ??= Load(nameof(PairCosinesBackwardKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(PairCosinesBackwardKernel));
        pairCosinesBackward.Launch(shape.LengthCosines, shape.Dims, View(a), View(v), View(gradCosines), View(gradA), View(gradV));
        ThroughCentreNorms(shape.LengthCosines, shape.LengthCosines, shape.Dims, a, v, gradA, gradV);
    }

    /// <summary>16, or what the device's groups hold: the simulator's 16 threads make tiles of 4.</summary>
    private int ProductTile => Limits.MaxGroupSize >= MaxProductTile * MaxProductTile ? MaxProductTile : Limits.MaxGroupSize >= 64 ? 8 : Limits.MaxGroupSize >= 16 ? 4 : 1;

    private void UnitCentres(in CentreSimilarityShape shape, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> unitA, DeviceBuffer<float> unitV)
    {
        unitCentres ??= Load(nameof(UnitCentresKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(UnitCentresKernel));
        int countA = shape.BatchA * shape.Clusters, countV = shape.BatchV * shape.Clusters;
        unitCentres.Launch(countA + countV, countA, shape.Dims, View(a), View(v), View(unitA), View(unitV));
    }

    private void ThroughCentreNorms(int countA, int countV, int dims, DeviceBuffer<float> a, DeviceBuffer<float> v, DeviceBuffer<float> gradA, DeviceBuffer<float> gradV)
    {
        throughCentreNorms ??= Load(nameof(ThroughCentreNormsKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(ThroughCentreNormsKernel));
        throughCentreNorms.Launch(countA + countV, countA, dims, View(a), View(v), View(gradA), View(gradV));
    }

    private void Product(StridedProduct product, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> result)
    {
        stridedProduct ??= Load(nameof(StridedProductKernel), () => accelerator.LoadStreamKernel<StridedProduct, ArrayView<float>, ArrayView<float>, ArrayView<float>>(StridedProductKernel));
        Index2D grid = new(Groups(product.Columns, product.Tile), Groups(product.Rows, product.Tile));
        stridedProduct.Launch(new KernelConfig(new Index3D(grid.X, grid.Y, 1), new Index3D(product.Tile * product.Tile, 1, 1)), product, View(a), View(b), View(result));
    }
}
