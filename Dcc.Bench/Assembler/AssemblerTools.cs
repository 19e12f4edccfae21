// NVIDIA's assembler and disassembler as child processes: from PTX to what KernelCode holds. Read next: ../KernelsCommand.cs.
using System.Diagnostics;
using Dcc.Kernels;

namespace Dcc.Bench.Assembler;

/// <summary>How each of the two programs is started: a path, and words before its arguments.</summary>
internal sealed record AssemblerTools(string[] Ptxas, string[] Nvdisasm)
{
    /// <summary>Those that the script of the repository fetches from Debian.</summary>
    public static AssemblerTools OfRepository(string root)
    {
        string script = Path.Combine(root, ".ci", "cuda-as");
        return new([script, "ptxas"], [script, "nvdisasm"]);
    }

    /// <summary>Those that the script has fetched before; null if it has not.</summary>
    public static AssemblerTools? Fetched()
    {
        string folder = Environment.GetEnvironmentVariable("DCC_CUDA_AS") is { Length: > 0 } named ? named : "/var/tmp/dcc-cuda-as";
        string ptxas = Path.Combine(folder, "ptxas"), nvdisasm = Path.Combine(folder, "nvdisasm");
        return File.Exists(ptxas) && File.Exists(nvdisasm) ? new([ptxas], [nvdisasm]) : null;
    }

    /// <summary>"release 11.8, V11.8.89"</summary>
    public string Version => Run(Ptxas, "--version").Output.Split('\n').FirstOrDefault(line => line.Contains("release", StringComparison.Ordinal))?.Split(',', 2)[^1].Trim() ?? "of unknown version";

    /// <summary>Assembles one kernel and takes it apart again.</summary>
    public KernelCode Look(CatalogKernel kernel, PtxTarget target)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dcc-kernels-");
        try
        {
            string source = Path.Combine(folder.FullName, "kernel.ptx"), binary = Path.Combine(folder.FullName, "kernel.cubin");
            File.WriteAllText(source, kernel.ToPtx(target));
            (string output, string messages) = Run(Ptxas, "-v", $"-arch=sm_{(int)target}", source, "-o", binary);
            MachineCode code = MachineCode.Parse(Run(Nvdisasm, "-c", binary).Output);
            return new(kernel, target, PtxasReport.Parse(output + messages), code.Whole, code.HotLoop());
        }
        catch (FormatException format) { throw new FormatException($"{kernel.Title}: {format.Message}", format); }
        finally { folder.Delete(recursive: true); }
    }

    private static (string Output, string Messages) Run(string[] program, params string[] arguments)
    {
        ProcessStartInfo start = new(program[0], [.. program.Skip(1), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try { process = Process.Start(start)!; }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new InvalidOperationException($"{program[0]} could not be started ({failure.Message}). Give the paths of a CUDA toolkit's programs with --ptxas and --nvdisasm.", failure);
        }
        using (process)
        {
            Task<string> messages = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? (output, messages.Result)
                : throw new InvalidOperationException($"{string.Join(' ', program)} failed with exit status {process.ExitCode}: {(messages.Result + output).Trim()}");
        }
    }
}
