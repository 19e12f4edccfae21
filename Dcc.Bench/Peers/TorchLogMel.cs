// The log-mel front end in LibTorch, in three ways; the fastest one counts. Read next: Rows/LogMelRows.cs.
using Dcc.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers;

internal sealed class TorchLogMel : IDisposable
{
    private readonly LogMelOptions options;
    private readonly torch.Tensor window, paddedWindow, bank;

    public TorchLogMel(LogMelOptions options)
    {
        if (options.Centring != FrameCentring.None || options.Power || options.Log != MelLog.Natural) throw new NotSupportedException("TorchLogMel knows VGGish's conventions alone.");
        this.options = options;
        window = TorchTensors.Of(Array.ConvertAll(MelBank.Hann(options.Window), value => (float)value), options.Window);
        paddedWindow = nn.functional.pad(window, [0L, options.FftLength - options.Window]);
        double[,] weights = MelBank.Weights(options);
        float[] transposed = new float[options.Bins * options.Bands];
        for (int band = 0; band < options.Bands; band++)
            for (int bin = 0; bin < options.Bins; bin++) transposed[bin * options.Bands + band] = (float)weights[band, bin];
        bank = TorchTensors.Of(transposed, options.Bins, options.Bands);
    }

    /// <summary>Waveforms [batch, samples] -> [batch, frames, bands], through frames that overlap in memory. To pad first is far faster than to let rfft pad.</summary>
    public torch.Tensor Unfolded(torch.Tensor waveforms) => Log(fft.rfft(nn.functional.pad(waveforms.unfold(1, options.Window, options.Hop) * window, [0L, options.FftLength - options.Window])).abs());

    /// <summary>The same through frames as long as the FFT: zeros behind the window, and behind the last sample.</summary>
    public torch.Tensor LongFrames(torch.Tensor waveforms) => Log(fft.rfft(Padded(waveforms).unfold(1, options.FftLength, options.Hop) * paddedWindow).abs());

    public torch.Tensor Stft(torch.Tensor waveforms) =>
        Log(stft(Padded(waveforms), options.FftLength, options.Hop, options.FftLength, paddedWindow, center: false, return_complex: true).abs().transpose(1, 2));

    private torch.Tensor Padded(torch.Tensor waveforms) => nn.functional.pad(waveforms, [0L, options.FftLength - options.Window]);

    private torch.Tensor Log(torch.Tensor magnitudes) => matmul(magnitudes, bank).add_(options.LogOffset).log_();

    public void Dispose()
    {
        window.Dispose();
        paddedWindow.Dispose();
        bank.Dispose();
    }
}
