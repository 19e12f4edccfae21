// dcc weights inspect FILE: names, shapes, types, and which network it is. Read next: ../../../Dcc.Data/Weights/WeightInspection.cs.
using System.CommandLine;
using Dcc.Data;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class WeightsInspectCommand : Verb
{
    private readonly Argument<string> file = new("FILE") { Description = "safetensors, .npz, .npy, Keras .h5 or .onnx." };

    public WeightsInspectCommand() : base("inspect", "Shows what a file of weights holds and which network it is.") => Arguments.Add(file);

    public override IReadOnlyList<Example> Examples { get; } = [new("dcc weights inspect vgg16.safetensors", "Names, shapes and types of its tensors, and the preprocessing that belongs to them.")];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        WeightInspection seen = WeightInspection.Of(arguments.GetValue(file)!);
        Table table = screen.Table("tensor", "shape", "type");
        foreach (NamedTensor tensor in seen.File.Tensors) table.AddRow(Markup.Escape(tensor.Name), Markup.Escape(tensor.Shape.ToString()), Markup.Escape(tensor.Type));
        screen.Show(table);
        screen.Line($"format         {seen.File.Format}, {seen.File.Tensors.Count} tensors, {seen.File.Tensors.Sum(tensor => (long)tensor.Shape.Count):N0} values");
        screen.Line($"network        {seen.Network ?? "none that is known here; docs/weights.md lists the names"}");
        if (seen.Preprocessing is { } preprocessing) screen.Line($"preprocessing  {preprocessing}");
        foreach (string problem in seen.Problems) screen.Line($"problem        {problem}");
        return CommandLine.Done;
    }
}
