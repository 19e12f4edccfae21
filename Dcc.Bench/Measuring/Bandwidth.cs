// How fast memory can be read and written, on arrays far larger than the caches. Read next: Roofs.cs.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dcc.Bench.Measuring;

/// <summary>
/// GB/s, counted as STREAM does: bytes that the program names. A store that first fetches its cache line moves more than that; the fetch is not counted.
/// </summary>
internal sealed unsafe class Bandwidth : IDisposable
{
    private const int Floats = 1 << 26; // 256 MiB an array

    private readonly float* a = Allocate(), b = Allocate(), c = Allocate();
    private static volatile float sink;

    public double Read(int threads) => Rate(threads, 1, (start, count) => sink = Sum(a + start, count));

    public double Write(int threads) => Rate(threads, 1, (start, count) => new Span<float>(a + start, count).Fill(1f));

    public double Copy(int threads) => Rate(threads, 2, (start, count) => Buffer.MemoryCopy(a + start, b + start, 4L * count, 4L * count));

    public double Triad(int threads) => Rate(threads, 3, (start, count) => Triad(a + start, b + start, c + start, count));

    private static double Rate(int threads, int arrays, Action<int, int> part)
    {
        int share = Floats / threads;
        double seconds = ParallelTime.Best(threads, tries: 3, index => part(index * share, share));
        return 4.0 * arrays * share * threads / seconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Sum(float* x, int count)
    {
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
        int width = Vector<float>.Count;
        for (int i = 0; i <= count - 4 * width; i += 4 * width)
        {
            s0 += *(Vector<float>*)(x + i);
            s1 += *(Vector<float>*)(x + i + width);
            s2 += *(Vector<float>*)(x + i + 2 * width);
            s3 += *(Vector<float>*)(x + i + 3 * width);
        }
        return Vector.Sum(s0 + s1 + s2 + s3);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Triad(float* x, float* y, float* z, int count)
    {
        Vector<float> scale = new(3f);
        for (int i = 0; i <= count - Vector<float>.Count; i += Vector<float>.Count) *(Vector<float>*)(x + i) = *(Vector<float>*)(y + i) + scale * *(Vector<float>*)(z + i);
    }

    private static float* Allocate()
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)Floats * 4, 64);
        new Span<float>(memory, Floats).Fill(0.5f); // every page exists before anything is timed
        return memory;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(a);
        NativeMemory.AlignedFree(b);
        NativeMemory.AlignedFree(c);
    }
}
