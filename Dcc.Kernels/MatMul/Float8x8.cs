// Eight by eight accumulators of one thread, as registers. Read next: GpuDevice.ProductTile128.cs.
namespace Dcc.Kernels;

/// <summary>Row i is Left_i, Right_i: columns 0..3 and 4..7.</summary>
internal readonly record struct Float8x8(
    Float4 Left0, Float4 Right0, Float4 Left1, Float4 Right1, Float4 Left2, Float4 Right2, Float4 Left3, Float4 Right3,
    Float4 Left4, Float4 Right4, Float4 Left5, Float4 Right5, Float4 Left6, Float4 Right6, Float4 Left7, Float4 Right7)
{
    /// <summary>this + column · row: 64 multiply-adds from 16 floats.</summary>
    public Float8x8 MulAdd(Float4 top, Float4 bottom, Float4 left, Float4 right) => new(
        Left0.MulAdd(top.X, left), Right0.MulAdd(top.X, right), Left1.MulAdd(top.Y, left), Right1.MulAdd(top.Y, right),
        Left2.MulAdd(top.Z, left), Right2.MulAdd(top.Z, right), Left3.MulAdd(top.W, left), Right3.MulAdd(top.W, right),
        Left4.MulAdd(bottom.X, left), Right4.MulAdd(bottom.X, right), Left5.MulAdd(bottom.Y, left), Right5.MulAdd(bottom.Y, right),
        Left6.MulAdd(bottom.Z, left), Right6.MulAdd(bottom.Z, right), Left7.MulAdd(bottom.W, left), Right7.MulAdd(bottom.W, right));
}
