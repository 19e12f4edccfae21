// Fourier transform of eight real frames at a time, one frame per SIMD lane, so that a butterfly of any radix is plain vector arithmetic without shuffles.
// Read next: CpuDevice.LogMel.cs.
namespace Dcc.Kernels;

/// <summary>
/// 2 M real numbers are M complex ones, x[2i] + i x[2i+1]. Their transform is made in place, by decimation in frequency: a pass of radix r on blocks of
/// n = r m replaces element t of butterfly j by w_n^(j t) * sum_q a_q w_r^(q t), and goes on with blocks of m. That leaves the result in digit-reversed order,
/// which costs nothing here: the last step, which takes the spectrum of the even samples and that of the odd ones apart, looks every element up.
/// </summary>
internal sealed unsafe class RealTransform
{
    /// <summary>Frames that are transformed together: one AVX-512 vector of doubles, or several narrower ones.</summary>
    public const int Lanes = 8;

    /// <summary>Doubles of a complex number in all lanes: real parts, then imaginary parts.</summary>
    private const int Stride = 2 * Lanes;

    private readonly int half;
    private readonly Pass[] passes;
    private readonly double[] roots;
    private readonly int[] places;

    /// <param name="length">An even number.</param>
    public RealTransform(int length)
    {
        half = length / 2;
        List<Pass> list = [];
        int block = half;
        foreach (int radix in Radices(half))
        {
            list.Add(new Pass(radix, block));
            block /= radix;
        }
        passes = [.. list];
        roots = Roots(length, half / 2 + 1);
        places = new int[half];
        for (int k = 0; k < half; k++) places[k] = Place(k);
        foreach (Pass pass in passes)
            if (pass.Radix is not (2 or 4)) ScratchLength = Math.Max(ScratchLength, pass.Radix * Stride);
    }

    /// <summary>Doubles of scratch that <see cref="Run{TLanes}"/> needs.</summary>
    public int ScratchLength { get; }

    /// <summary>
    /// In: z [length][8] real samples of eight frames. Out: spectrum [bins][8] with 2 |X| or, for power, 4 |X|^2, for the bins from first to end - 1 (and perhaps others).
    /// </summary>
    public void Run<TLanes>(double* z, double* scratch, bool power, int first, int end, float* spectrum) where TLanes : struct, IDoubleLanes<TLanes>
    {
        for (int lane = 0; lane < Lanes; lane += TLanes.Count)
        {
            foreach (Pass pass in passes)
            {
                switch (pass.Radix)
                {
                    case 4 when pass.Block == 4: LastRadix4<TLanes>(z + lane); break;
                    case 4: Radix4<TLanes>(pass, z + lane); break;
                    case 2: Radix2<TLanes>(pass, z + lane); break;
                    default: OddRadix<TLanes>(pass, z + lane, scratch); break;
                }
            }
            Spectrum<TLanes>(z + lane, power, first, end, spectrum + lane);
        }
    }

    private void Radix4<TLanes>(Pass pass, double* z) where TLanes : struct, IDoubleLanes<TLanes>
    {
        int quarter = pass.Block / 4;
        nint step = (nint)quarter * Stride;
        fixed (double* table = pass.Twiddles)
        {
            for (int block = 0; block < half; block += pass.Block)
            {
                double* a = z + (nint)block * Stride, w = table;
                for (int j = 0; j < quarter; j++, a += Stride, w += 6)
                {
                    double* b = a + step, c = b + step, d = c + step;
                    TLanes ar = TLanes.Load(a), ai = TLanes.Load(a + Lanes), cr = TLanes.Load(c), ci = TLanes.Load(c + Lanes);
                    TLanes br = TLanes.Load(b), bi = TLanes.Load(b + Lanes), dr = TLanes.Load(d), di = TLanes.Load(d + Lanes);
                    TLanes acr = ar + cr, aci = ai + ci, amr = ar - cr, ami = ai - ci;
                    TLanes bdr = br + dr, bdi = bi + di, bmr = br - dr, bmi = bi - di;
                    (acr + bdr).Store(a);
                    (aci + bdi).Store(a + Lanes);
                    // w_4 = -i
                    StoreProduct(amr + bmi, ami - bmr, w, b);
                    StoreProduct(acr - bdr, aci - bdi, w + 2, c);
                    StoreProduct(amr - bmi, ami + bmr, w + 4, d);
                }
            }
        }
    }

    /// <summary>Radix 4 on blocks of 4: all twiddles are 1.</summary>
    private void LastRadix4<TLanes>(double* z) where TLanes : struct, IDoubleLanes<TLanes>
    {
        for (double* a = z, end = z + (nint)half * Stride; a < end; a += 4 * Stride)
        {
            double* b = a + Stride, c = b + Stride, d = c + Stride;
            TLanes ar = TLanes.Load(a), ai = TLanes.Load(a + Lanes), cr = TLanes.Load(c), ci = TLanes.Load(c + Lanes);
            TLanes br = TLanes.Load(b), bi = TLanes.Load(b + Lanes), dr = TLanes.Load(d), di = TLanes.Load(d + Lanes);
            TLanes acr = ar + cr, aci = ai + ci, amr = ar - cr, ami = ai - ci;
            TLanes bdr = br + dr, bdi = bi + di, bmr = br - dr, bmi = bi - di;
            (acr + bdr).Store(a);
            (aci + bdi).Store(a + Lanes);
            (amr + bmi).Store(b);
            (ami - bmr).Store(b + Lanes);
            (acr - bdr).Store(c);
            (aci - bdi).Store(c + Lanes);
            (amr - bmi).Store(d);
            (ami + bmr).Store(d + Lanes);
        }
    }

    private void Radix2<TLanes>(Pass pass, double* z) where TLanes : struct, IDoubleLanes<TLanes>
    {
        int m = pass.Block / 2;
        fixed (double* table = pass.Twiddles)
        {
            for (int block = 0; block < half; block += pass.Block)
            {
                double* a = z + (nint)block * Stride, w = table;
                for (int j = 0; j < m; j++, a += Stride, w += 2)
                {
                    double* b = a + (nint)m * Stride;
                    TLanes ar = TLanes.Load(a), ai = TLanes.Load(a + Lanes), br = TLanes.Load(b), bi = TLanes.Load(b + Lanes);
                    (ar + br).Store(a);
                    (ai + bi).Store(a + Lanes);
                    StoreProduct(ar - br, ai - bi, w, b);
                }
            }
        }
    }

    /// <summary>Elements q and r - q have conjugate factors: their sum meets the cosines, their difference the sines.</summary>
    private void OddRadix<TLanes>(Pass pass, double* z, double* scratch) where TLanes : struct, IDoubleLanes<TLanes>
    {
        int radix = pass.Radix, pairs = radix / 2, m = pass.Block / radix, lanes = TLanes.Count;
        nint step = (nint)m * Stride;
        double* sums = scratch, differences = scratch + (nint)pairs * 2 * lanes;
        fixed (double* table = pass.Twiddles, turns = pass.Turns)
        {
            for (int block = 0; block < half; block += pass.Block)
            {
                double* a = z + (nint)block * Stride, w = table;
                for (int j = 0; j < m; j++, a += Stride, w += 2 * (radix - 1))
                {
                    TLanes firstRe = TLanes.Load(a), firstIm = TLanes.Load(a + Lanes), allRe = firstRe, allIm = firstIm;
                    for (int q = 1; q <= pairs; q++)
                    {
                        double* low = a + q * step, high = a + (radix - q) * step, sum = sums + (q - 1) * 2 * lanes, difference = differences + (q - 1) * 2 * lanes;
                        TLanes lowRe = TLanes.Load(low), lowIm = TLanes.Load(low + Lanes), highRe = TLanes.Load(high), highIm = TLanes.Load(high + Lanes);
                        TLanes sumRe = lowRe + highRe, sumIm = lowIm + highIm;
                        sumRe.Store(sum);
                        sumIm.Store(sum + lanes);
                        (lowRe - highRe).Store(difference);
                        (lowIm - highIm).Store(difference + lanes);
                        allRe += sumRe;
                        allIm += sumIm;
                    }
                    allRe.Store(a);
                    allIm.Store(a + Lanes);
                    for (int t = 1; t <= pairs; t++)
                    {
                        TLanes evenRe = firstRe, evenIm = firstIm, oddRe = TLanes.Zero, oddIm = TLanes.Zero;
                        double* sum = sums, difference = differences;
                        int turn = t;
                        for (int q = 1; q <= pairs; q++, sum += 2 * lanes, difference += 2 * lanes)
                        {
                            TLanes cosine = TLanes.Broadcast(turns[2 * turn]), sine = TLanes.Broadcast(turns[2 * turn + 1]);
                            evenRe = TLanes.MultiplyAdd(cosine, TLanes.Load(sum), evenRe);
                            evenIm = TLanes.MultiplyAdd(cosine, TLanes.Load(sum + lanes), evenIm);
                            oddRe = TLanes.MultiplyAdd(sine, TLanes.Load(difference), oddRe);
                            oddIm = TLanes.MultiplyAdd(sine, TLanes.Load(difference + lanes), oddIm);
                            turn += t;
                            if (turn >= radix) turn -= radix;
                        }
                        // even + i odd, and even - i odd
                        StoreProduct(evenRe - oddIm, evenIm + oddRe, w + 2 * (t - 1), a + t * step);
                        StoreProduct(evenRe + oddIm, evenIm - oddRe, w + 2 * (radix - t - 1), a + (radix - t) * step);
                    }
                }
            }
        }
    }

    private static void StoreProduct<TLanes>(TLanes re, TLanes im, double* w, double* to) where TLanes : struct, IDoubleLanes<TLanes>
    {
        TLanes wr = TLanes.Broadcast(w[0]), wi = TLanes.Broadcast(w[1]);
        TLanes.MultiplySubtract(re, wr, im * wi).Store(to);
        TLanes.MultiplyAdd(re, wi, im * wr).Store(to + Lanes);
    }

    /// <summary>
    /// With A = Z[k] and B = conj Z[M-k], 2 X[k] = (A + B) + w (A - B) / i and 2 conj X[M-k] = (A + B) - w (A - B) / i, w = exp(-2 pi i k / 2M).
    /// </summary>
    private void Spectrum<TLanes>(double* z, bool power, int first, int end, float* spectrum) where TLanes : struct, IDoubleLanes<TLanes>
    {
        fixed (double* root = roots)
        fixed (int* place = places)
        {
            if (first == 0 || end > half)
            {
                TLanes re = TLanes.Load(z), im = TLanes.Load(z + Lanes), sum = re + im, difference = re - im;
                sum += sum;
                difference += difference;
                StoreBin(sum * sum, power, spectrum);
                StoreBin(difference * difference, power, spectrum + (nint)half * Lanes);
            }
            for (int k = Math.Max(1, Math.Min(first, half - end + 1)); k <= half / 2; k++)
            {
                double* a = z + (nint)place[k] * Stride, b = z + (nint)place[half - k] * Stride;
                TLanes ar = TLanes.Load(a), ai = TLanes.Load(a + Lanes), br = TLanes.Load(b), bi = TLanes.Load(b + Lanes);
                TLanes wr = TLanes.Broadcast(root[2 * k]), wi = TLanes.Broadcast(root[2 * k + 1]);
                TLanes evenRe = ar + br, evenIm = ai - bi, re = ai + bi, im = br - ar;
                TLanes oddRe = TLanes.MultiplySubtract(wr, re, wi * im), oddIm = TLanes.MultiplyAdd(wr, im, wi * re);
                TLanes lowRe = evenRe + oddRe, lowIm = evenIm + oddIm, highRe = evenRe - oddRe, highIm = evenIm - oddIm;
                StoreBin(TLanes.MultiplyAdd(lowRe, lowRe, lowIm * lowIm), power, spectrum + (nint)k * Lanes);
                StoreBin(TLanes.MultiplyAdd(highRe, highRe, highIm * highIm), power, spectrum + (nint)(half - k) * Lanes);
            }
        }
    }

    private static void StoreBin<TLanes>(TLanes square, bool power, float* to) where TLanes : struct, IDoubleLanes<TLanes>
    {
        if (power) square.StoreRounded(to);
        else square.StoreRoots(to);
    }

    /// <summary>Where the passes leave element k: its first digit chose the block of the first pass, and so on.</summary>
    private int Place(int k)
    {
        int place = 0;
        foreach (Pass pass in passes)
        {
            place += k % pass.Radix * (pass.Block / pass.Radix);
            k /= pass.Radix;
        }
        return place;
    }

    /// <summary>Odd factors first, then at most one 2, then fours: the last pass needs no twiddles, and saves most if it is of radix 4.</summary>
    private static IEnumerable<int> Radices(int length)
    {
        int twos = 0;
        while (length % 2 == 0)
        {
            length /= 2;
            twos++;
        }
        for (int factor = 3; length > 1; factor += 2)
            for (; length % factor == 0; length /= factor)
                yield return factor;
        if (twos % 2 == 1) yield return 2;
        for (int i = 0; i < twos / 2; i++) yield return 4;
    }

    /// <summary>exp(-2 pi i k / n) for k below count, as pairs of real and imaginary part.</summary>
    private static double[] Roots(int n, int count)
    {
        double[] roots = new double[2 * count];
        for (int k = 0; k < count; k++) (roots[2 * k + 1], roots[2 * k]) = Math.SinCos(-2 * Math.PI * k / n);
        return roots;
    }

    private sealed class Pass
    {
        public Pass(int radix, int block)
        {
            Radix = radix;
            Block = block;
            Turns = Roots(radix, radix);
            int m = block / radix;
            Twiddles = new double[2 * m * (radix - 1)];
            for (int j = 0; j < m; j++)
            for (int t = 1; t < radix; t++)
            {
                int i = 2 * (j * (radix - 1) + t - 1);
                (Twiddles[i + 1], Twiddles[i]) = Math.SinCos(-2 * Math.PI * ((long)j * t % block) / block);
            }
        }

        public int Radix { get; }

        public int Block { get; }

        /// <summary>w_block^(j t) for t = 1..radix-1, j by j.</summary>
        public double[] Twiddles { get; }

        /// <summary>w_radix^t.</summary>
        public double[] Turns { get; }
    }
}
