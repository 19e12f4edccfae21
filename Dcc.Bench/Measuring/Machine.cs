// What the numbers were measured on: processor, cores, runtime. No host name, no path. Read next: ../Report/ResultFiles.cs.
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Dcc.Kernels;

namespace Dcc.Bench.Measuring;

internal static partial class Machine
{
    /// <summary>"AMD EPYC (Zen 5), 2 cores".</summary>
    public static string Name { get; } = $"{Processor()}, {Environment.ProcessorCount} core{(Environment.ProcessorCount == 1 ? "" : "s")}";

    /// <summary>The name as a folder: amd-epyc-zen5-2-cores.</summary>
    public static string Folder => NotPlain().Replace(Name.ToLowerInvariant().Replace("zen ", "zen"), "-").Trim('-');

    /// <summary>"" at the processor's own vector width, "-avx2" where the environment took the wider one away: such numbers go into files of their own.</summary>
    public static string Suffix => Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.StartsWith("DOTNET_Enable", StringComparison.Ordinal) && Environment.GetEnvironmentVariable(name) == "0")
        ? $"-{NotPlain().Replace(CpuDevice.Simd.ToLowerInvariant(), "-")}" : "";

    /// <summary>Says whether the peers were held to narrower vectors too; the runtime's switches do not reach them.</summary>
    public static string PeerSwitches
    {
        get
        {
            string[] set = [.. new[] { "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS" }.Where(name => Environment.GetEnvironmentVariable(name) is not null).Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}")];
            return set.Length > 0 ? $"The peers ran with {string.Join(", ", set)}." : Suffix.Length > 0 ? "The peers ran at the processor's full vector width, ours did not." : "";
        }
    }

    /// <summary>A sentence if other work was running when the program started, which falsifies every number; "" on a quiet machine. Unknown counts as quiet.</summary>
    public static string Busy { get; } = BusyNow();

    private static string BusyNow()
    {
        const string Load = "/proc/loadavg";
        if (!File.Exists(Load)) return "";
        double load = double.Parse(File.ReadAllText(Load).Split(' ')[0], CultureInfo.InvariantCulture);
        return load > 0.5 ? $"The machine was not quiet: load {load.ToString("F1", CultureInfo.InvariantCulture)} when the run began." : "";
    }

    /// <summary>One line each, for Versions.txt.</summary>
    public static string Versions()
    {
        StringBuilder text = new();
        text.AppendLine($"machine: {Name}, {RuntimeInformation.ProcessArchitecture}, {CpuDevice.Simd}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB of memory");
        text.AppendLine($"system: {RuntimeInformation.OSDescription}");
        text.AppendLine($"runtime: {RuntimeInformation.FrameworkDescription}");
        text.AppendLine($"Dcc: {typeof(CpuDevice).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}");
        foreach (string library in (string[])["BenchmarkDotNet", "TorchSharp", "Microsoft.ML.OnnxRuntime"])
            if (File.Exists(Path.Combine(AppContext.BaseDirectory, $"{library}.dll")))
                text.AppendLine($"{library}: {Assembly.Load(library).GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}");
        return text.ToString();
    }

    private static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        if (!File.Exists(Info)) return RuntimeInformation.ProcessArchitecture.ToString();
        Dictionary<string, string> first = [];
        foreach (string line in File.ReadLines(Info).TakeWhile(line => line.Length > 0))
            if (line.Split(':', 2) is [string key, string value]) first[key.Trim()] = value.Trim();
        string name = Decoration().Replace(first.GetValueOrDefault("model name", RuntimeInformation.ProcessArchitecture.ToString()), " ");
        name = Spaces().Replace(name, " ").Trim();
        if (first.GetValueOrDefault("vendor_id") != "AuthenticAMD") return name;
        // Virtual machines hide the model's number; the family still tells the generation.
        string? zen = first.GetValueOrDefault("cpu family") switch
        {
            "23" => "Zen 2 or older",
            "25" => first.GetValueOrDefault("flags", "").Contains("avx512f", StringComparison.Ordinal) ? "Zen 4" : "Zen 3",
            "26" => "Zen 5",
            _ => null,
        };
        return zen is null ? name : $"{name} ({zen})";
    }

    [GeneratedRegex(@"\(R\)|\(TM\)|\bCPU\b|\bProcessor\b|\d+-Core|@.*$", RegexOptions.IgnoreCase)]
    private static partial Regex Decoration();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotPlain();
}
