// The served page in this process, with a tiny model and made-up examples. Read next: HostileRequestTests.cs.
using System.Net;
using Dcc.Cli;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests.Cli;

namespace Dcc.Tests.Serve;

/// <summary>Small limits, so that tests reach them with small files.</summary>
public sealed class ServedPage : IAsyncLifetime
{
    internal static readonly ServeLimits Limits = new() { UploadBytes = 2 << 20, Pixels = 100_000, SoundSeconds = 5, Requests = 4, UploadTime = TimeSpan.FromSeconds(2), AnswerTime = TimeSpan.FromSeconds(20) };

    private readonly CpuDevice device = new(threads: 1);
    private readonly List<string> complaints = [];
    private DccModel model = null!;
    private PageServer server = null!;

    public CliFiles Files { get; } = new();

    public string Address => server.Address;

    /// <summary>What the terminal of `dcc serve` would show.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public async Task InitializeAsync()
    {
        // Sharp enough that shares differ from round to round without training.
        using (DccModel small = DccModel.Load(device, Files.PathOf("good.safetensors"))) model = DccModel.Create(device, small.Options with { Sharpness = 40 }, seed: 1);
        server = await PageServer.Start(Answers(), IPAddress.Loopback, 0, Limits, complaints.Add);
    }

    internal PageAnswers Answers() => new(model, Task.FromResult<IReadOnlyList<ExamplePair>>([Example("bell and drum", 1), Example("cat and dog", 2)]), "tiny.safetensors", Limits);

    private static ExamplePair Example(string things, int seed) => new(things, things.Split(' ')[0], CliFiles.Noise(64, seed), Tone(0.05f * seed, 16000), [new BoxView(0.1, 0.2, 0.3, 0.3, true), new BoxView(0.6, 0.5, 0.3, 0.4, false)]);

    internal static Sound Tone(float pitch, int samples) => new([.. Enumerable.Range(0, samples).Select(i => 0.3f * MathF.Sin(pitch * i))], 16000);

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        model.Dispose();
        device.Dispose();
        Files.Dispose();
    }
}
