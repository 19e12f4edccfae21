// Runs the oracles beside this engine, prints the comparison, writes golden files and docs/parity.md. Read next: ProjectedOracle.cs, OraclePage.cs.
using Dcc.Bench.Parity;
using Dcc.Bench.Report;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;
using TorchSharp;

namespace Dcc.Bench.Peers.Oracle;

internal static class OracleCommand
{
    /// <summary>With quick, one step and LibTorch's float32 in the oracle's place: to look at, never written.</summary>
    /// <param name="options">Of the command line.</param>
    /// <param name="doubleSteps">Steps of Adam that the oracle takes in float64, which takes long at full size; float32 takes them all.</param>
    public static int Run(BenchOptions options, int doubleSteps)
    {
        torch.set_num_threads(options.Threads);
        using CpuDevice device = new(options.Threads);
        List<OracleResult> results = [];
        List<StudyResult> studies = [];
        List<string> failed = [];
        foreach (ParityCase parity in ParityCase.All.Where(parity => options.Only is null || parity.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                OracleResult result = Compare(parity, device, options.Quick, doubleSteps);
                results.Add(result);
                Console.WriteLine(OraclePage.Section(result));
            }
            catch (Exception failure) when (failure is InvalidOperationException or System.Runtime.InteropServices.ExternalException or ArgumentException)
            {
                failed.Add($"{parity.Name}: {failure.Message}");
                Console.Error.WriteLine($"oracle: {failed[^1]}");
            }
        }
        if (!options.Quick && (options.Only is null || StepStudy.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
            foreach (int gain in (int[])[1, ParityCase.ProjectedRobust.Gain])
            {
                studies.Add(StepStudy.Run(device, gain));
                Console.WriteLine(OraclePage.Section(studies[^1]));
            }
        if (results.Count + studies.Count + failed.Count == 0)
        {
            Console.Error.WriteLine($"oracle: no check's name contains \"{options.Only}\". There are {string.Join(", ", ParityCase.All.Select(parity => parity.Name))}, {StepStudy.Name}.");
            return 1;
        }
        string[] apart = [.. results.SelectMany(result => result.Tensors.Where(tensor => !tensor.Holds).Select(tensor => $"{result.Golden}: {tensor.Name} differs by {tensor.OursAtPlaces:E1}, allowed {tensor.Bound:E1}"))];
        foreach (string line in apart) Console.Error.WriteLine($"oracle: {line}.");
        if (options.Write)
        {
            if (options.Quick || results.Any(result => result.Losses.Any(loss => double.IsNaN(loss.Oracle))))
            {
                Console.Error.WriteLine("oracle: nothing was written: golden files and docs/parity.md take all steps in float64, without --quick and --double-steps.");
                return 1;
            }
            foreach (OracleResult result in results) result.ToGolden().Save(Path.Combine(ResultFiles.Repository, "Dcc.Tests", "Goldens", $"{result.Golden}.json"));
            string page = Path.Combine(ResultFiles.Repository, "docs", "parity.md");
            AtomicFile.WriteText(page, OraclePage.Merge(File.Exists(page) ? File.ReadAllText(page) : "", results, studies));
        }
        return apart.Length == 0 && failed.Count == 0 ? 0 : 1;
    }

    private static OracleResult Compare(ParityCase parity, CpuDevice device, bool quick, int doubleSteps)
    {
        int steps = quick ? 1 : parity.Steps, inDouble = Math.Clamp(doubleSteps, 1, steps);
        Console.WriteLine($"{parity.Title}: {steps} step{(steps == 1 ? "" : "s")} of this engine, of LibTorch in float32, {inDouble} of the oracle in float64 ...");
        Dictionary<string, float[]> ours = [];
        float[] ourLosses;
        Func<string, TensorShape, float[]> values = parity.Value;
        using (DccModel model = parity.Create(device))
        {
            if (!parity.Robust)
            {
                // The oracle's layers ask for them by name and shape.
                Dictionary<string, float[]> initial = model.Parameters.All.ToDictionary(p => p.Name, p => p.Value.ToArray());
                values = (name, _) => initial[name];
            }
            ourLosses = ParityRun.Run(parity, model, steps, (name, _, tensor) => ours.Add(name, tensor));
        }
        Dictionary<string, float[]> singles = [];
        (double[] singleLosses, _) = Torch(torch.ScalarType.Float32, steps, (name, _, tensor) => singles.Add(name, Array.ConvertAll(tensor, x => (float)x)));
        List<TensorResult> tensors = [];
        (double[] losses, OracleModel oracle) = Torch(quick ? torch.ScalarType.Float32 : torch.ScalarType.Float64, inDouble, (name, shape, tensor) =>
        {
            if (!ours.Remove(name, out float[]? mine)) throw new InvalidOperationException($"oracle: {parity.Name}: this engine has no {name}.");
            Digest digest = Digest.Of(name, tensor);
            (double bound, string? reason) = ParityBounds.Of(parity.Name, name);
            tensors.Add(new TensorResult(name, shape, Distance(mine, tensor), Distance(singles[name], tensor), digest.ErrorOf(Digest.Of(name, mine), tensor.Length), digest, bound, reason));
        });
        if (ours.Count > 0) throw new InvalidOperationException($"oracle: {parity.Name}: the oracle has no {string.Join(", ", ours.Keys)}.");
        return new OracleResult(parity.Title, parity.Name, tensors, [.. singleLosses.Select((single, i) => (i < losses.Length ? losses[i] : double.NaN, single, (double)ourLosses[i]))], oracle.Distances);

        (double[], OracleModel) Torch(torch.ScalarType precision, int count, TakeDoubles take)
        {
            using OracleModel net = OracleModel.Create(parity, precision, values);
            return (net.Run(parity, count, take), net);
        }
    }

    private static double Distance(float[] values, double[] oracle)
    {
        if (values.Length != oracle.Length) return double.PositiveInfinity;
        double error = 0, norm = 0;
        for (int i = 0; i < oracle.Length; i++)
        {
            error += (values[i] - oracle[i]) * (values[i] - oracle[i]);
            norm += oracle[i] * oracle[i];
        }
        return Math.Sqrt(error / norm);
    }
}
