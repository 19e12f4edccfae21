// The log-mel front end. Read next: ClusteringRows.cs.
using Dcc.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers.Rows;

internal static class LogMelRows
{
    public static IEnumerable<PeerRow> All()
    {
        yield return Row("log-mel, 10 s", 0.50, 1);
        yield return Row("log-mel, 32 x 10 s", 0.25, 32);
    }

    private static PeerRow Row(string name, double limit, int batch) => new("front end and clustering", name, limit, device =>
    {
        LogMelOptions options = LogMelOptions.Vggish;
        int samples = 10 * options.SampleRate, length = batch * options.Frames(samples) * options.Bands;
        float[] waveforms = new float[batch * samples];
        Philox random = new(3, 0);
        for (int i = 0; i < waveforms.Length; i++) waveforms[i] = random.NextFloat() - 0.5f;
        LogMelPlan plan = new(device, options);
        DeviceBuffer<float> x = device.Upload<float>(waveforms), y = device.Rent<float>(length);
        TorchLogMel torchPlan = new(options);
        torch.Tensor torchX = TorchTensors.Of(waveforms, batch, samples);

        void Ours() => device.LogMel(plan, batch, samples, x, y);
        PeerVariant Variant(string way, Func<torch.Tensor, torch.Tensor> spectrogram)
        {
            return new($"LibTorch, {way}", () =>
            {
                using DisposeScope scope = NewDisposeScope();
                using (inference_mode()) _ = spectrogram(torchX);
            },
            () =>
            {
                using DisposeScope scope = NewDisposeScope();
                Ours();
                return new Agreement(Agreement.Difference(y.ToArray(), TorchTensors.Values(spectrogram(torchX))), 1e-4);
            });
        }
        return new PeerSides(Ours, Variant("frames of 400", torchPlan.Unfolded), Variant("frames of 512", torchPlan.LongFrames), Variant("stft", torchPlan.Stft)) { Held = [plan, x, y, torchPlan, torchX] };
    });
}
