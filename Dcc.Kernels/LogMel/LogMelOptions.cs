// Every convention by which log-mel spectrograms differ, and the five front ends that DCC's literature uses. Read next: MelBank.cs.
namespace Dcc.Kernels;

/// <summary>What lies before and after the waveform when frames are centred on multiples of the hop.</summary>
public enum FrameCentring
{
    /// <summary>Frame t starts at t * hop; an incomplete tail is dropped.</summary>
    None,
    /// <summary>Half an FFT of zeros on each side.</summary>
    Zeros,
    /// <summary>Half an FFT of mirrored samples on each side, the edge sample not repeated.</summary>
    Reflect,
}

public enum MelScale
{
    /// <summary>1127 ln(1 + f / 700).</summary>
    Htk,
    /// <summary>Linear below 1 kHz, logarithmic above (Slaney's auditory toolbox).</summary>
    Slaney,
}

public enum MelLog
{
    /// <summary>Band energies as they are.</summary>
    None,
    /// <summary>ln(x + offset).</summary>
    Natural,
    /// <summary>10 log10 of max(x, floor), then at most TopDb below the clip's maximum.</summary>
    Decibel,
}

/// <summary>Lengths in samples, frequencies in hertz.</summary>
public sealed record LogMelOptions
{
    public int SampleRate { get; init; } = 16000;

    /// <summary>Length of the periodic Hann window.</summary>
    public int Window { get; init; } = 400;

    public int Hop { get; init; } = 160;

    /// <summary>At least the window; the rest is zeros.</summary>
    public int FftLength { get; init; } = 512;

    public int Bands { get; init; } = 64;
    public double MinHz { get; init; } = 125;
    public double MaxHz { get; init; } = 7500;
    public FrameCentring Centring { get; init; } = FrameCentring.None;

    /// <summary>|X|² instead of |X|.</summary>
    public bool Power { get; init; }

    public MelScale Scale { get; init; } = MelScale.Htk;

    /// <summary>Triangles are straight lines over hertz instead of over mel.</summary>
    public bool LinearInHertz { get; init; }

    /// <summary>Each triangle has area 1 in hertz (Slaney) instead of peak 1.</summary>
    public bool AreaNormalized { get; init; }

    /// <summary>The bin at 0 Hz counts for nothing.</summary>
    public bool ZeroDcBin { get; init; } = true;

    public MelLog Log { get; init; } = MelLog.Natural;

    /// <summary>Added before the natural logarithm.</summary>
    public float LogOffset { get; init; } = 0.01f;

    /// <summary>Smallest value before the decibel logarithm.</summary>
    public float DecibelFloor { get; init; } = 1e-10f;

    /// <summary>Decibels below the clip's maximum that are kept.</summary>
    public float TopDb { get; init; } = 80f;

    /// <summary>VGGish and the paper: 25/10 ms, magnitude, 64 HTK bands 125-7500 Hz, ln(x + 0.01).</summary>
    public static LogMelOptions Vggish { get; } = new();

    /// <summary>The released DMC code: as VGGish with 80/50 ms.</summary>
    public static LogMelOptions Dmc { get; } = new() { Window = 1280, Hop = 800, FftLength = 2048 };

    /// <summary>The authors' simplified code: 10/5 ms, magnitude through librosa's Slaney bank, decibels.</summary>
    public static LogMelOptions SimplifiedDmc { get; } = new()
    {
        Window = 160, Hop = 80, FftLength = 160, MinHz = 0, MaxHz = 8000, Centring = FrameCentring.Zeros, Scale = MelScale.Slaney,
        LinearInHertz = true, AreaNormalized = true, ZeroDcBin = false, Log = MelLog.Decibel,
    };

    /// <summary>torchaudio's MelSpectrogram at 16 kHz with n_fft 400, hop 160 and 64 bands.</summary>
    public static LogMelOptions TorchAudio { get; } = new()
    {
        Window = 400, Hop = 160, FftLength = 400, MinHz = 0, MaxHz = 8000, Centring = FrameCentring.Reflect, Power = true,
        LinearInHertz = true, ZeroDcBin = false, Log = MelLog.None,
    };

    /// <summary>librosa's melspectrogram at 16 kHz with n_fft 512, hop 160 and 64 bands.</summary>
    public static LogMelOptions Librosa { get; } = new()
    {
        Window = 512, Hop = 160, FftLength = 512, MinHz = 0, MaxHz = 8000, Centring = FrameCentring.Zeros, Power = true, Scale = MelScale.Slaney,
        LinearInHertz = true, AreaNormalized = true, ZeroDcBin = false, Log = MelLog.None,
    };

    /// <summary>Bins of the spectrum, 0 Hz and the Nyquist frequency included.</summary>
    public int Bins => FftLength / 2 + 1;

    /// <summary>Samples of padding before the first.</summary>
    internal int Padding => Centring == FrameCentring.None ? 0 : FftLength / 2;

    /// <summary>Where in the FFT's buffer the window lies: in the middle for centred frames, at the start otherwise.</summary>
    internal int WindowStart => Centring == FrameCentring.None ? 0 : (FftLength - Window) / 2;

    /// <summary>Frames of a waveform.</summary>
    public int Frames(int samples)
    {
        if (Centring != FrameCentring.None) return 1 + samples / Hop;
        return samples < Window ? 0 : 1 + (samples - Window) / Hop;
    }

    /// <summary>Throws one <see cref="ArgumentException"/> that lists everything that is wrong.</summary>
    public void Validate()
    {
        List<string> wrong = [];
        if (SampleRate is < 1 or > 1_000_000) wrong.Add($"SampleRate must be 1..1000000, is {SampleRate}");
        if (Window < 1) wrong.Add($"Window must be at least 1, is {Window}");
        if (Hop < 1) wrong.Add($"Hop must be at least 1, is {Hop}");
        if (FftLength < Window || FftLength % 2 != 0 || FftLength > 65536) wrong.Add($"FftLength must be even, at least the window and at most 65536, is {FftLength}");
        if (Bands is < 1 or > 1024) wrong.Add($"Bands must be 1..1024, is {Bands}");
        if (!(MinHz >= 0 && MaxHz > MinHz && MaxHz <= SampleRate / 2.0)) wrong.Add($"0 <= MinHz < MaxHz <= half the sample rate is needed, got {MinHz} and {MaxHz}");
        if (Log == MelLog.Natural && !(LogOffset > 0)) wrong.Add($"LogOffset must be positive, is {LogOffset}");
        if (Log == MelLog.Decibel && !(DecibelFloor > 0 && TopDb > 0)) wrong.Add("DecibelFloor and TopDb must be positive");
        if (wrong.Count > 0) throw new ArgumentException($"These log-mel options cannot work: {string.Join("; ", wrong)}.");
    }
}
