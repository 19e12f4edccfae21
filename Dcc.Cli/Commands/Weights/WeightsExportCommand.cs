// dcc weights export MODEL: a model of ours as ONNX. Read next: ../../../Dcc.Data/Weights/Onnx/OnnxExport.cs.
using System.CommandLine;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class WeightsExportCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string> model = new("MODEL") { Description = "A model that `dcc demo`, `dcc train` or `dcc weights convert` made." };
    private readonly Option<string> output = new("--out") { Description = "An .onnx file, or a folder for visual.onnx, audio.onnx or model.onnx.", HelpName = "FILE", DefaultValueFactory = _ => "." };
    private readonly Option<OnnxPart> what = CommonOptions.Choice("--what", "One of the networks, or both with centres, assignments and similarity.", OnnxPart.Model,
        new Dictionary<string, OnnxPart> { ["visual"] = OnnxPart.Visual, ["audio"] = OnnxPart.Audio, ["model"] = OnnxPart.Model });

    public WeightsExportCommand() : base("export", "Writes a model as ONNX, pixels and waveforms in, embeddings out.")
    {
        Arguments.Add(model);
        Options.Add(output);
        Options.Add(what);
        common.AddTo(this, seed: false);
    }

    public override IReadOnlyList<Example> Examples { get; } = [new("dcc weights export dcc-demo/model.safetensors --what audio --out audio.onnx", "The audio network, log-mel front end included.")];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string path = arguments.GetValue(output)!;
        OnnxPart part = arguments.GetValue(what);
        if (Directory.Exists(path) || !Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase)) path = Path.Combine(path, $"{part.ToString().ToLowerInvariant()}.onnx");
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = DccModel.Load(device, arguments.GetValue(model)!);
        cancel.ThrowIfCancellationRequested();
        OnnxExport.Write(dcc, part, path);
        if (part != OnnxPart.Audio) screen.Line($"input   pixels [pictures, {dcc.Options.FrameSize}, {dcc.Options.FrameSize}, 3], red green blue, 0..255");
        if (part != OnnxPart.Visual) screen.Line($"input   waveform [sounds, {dcc.Options.SamplesPerUnit}] at {dcc.Options.LogMel.SampleRate} Hz");
        screen.Line($"Written: {path}");
        return CommandLine.Done;
    }
}
