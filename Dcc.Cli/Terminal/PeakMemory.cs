// How much memory a run took, in a line. Read next: ../Commands/TrainCommand.cs.
using System.Diagnostics;
using System.Globalization;
using Dcc.Kernels;

namespace Dcc.Cli;

internal static class PeakMemory
{
    /// <summary>The most that buffers of the device's pool ever held at one time, and the most that the process ever had (on the host).</summary>
    public static string Line(Device device)
    {
        using Process process = Process.GetCurrentProcess();
        // Not every system keeps a peak.
        long most = Math.Max(process.PeakWorkingSet64, process.WorkingSet64);
        return string.Create(CultureInfo.InvariantCulture, $"Peak memory: {Megabytes(device.Memory.PeakBytes):F0} MB of buffers, {Megabytes(most):F0} MB in all (process).");
    }

    private static double Megabytes(long bytes) => bytes / 1e6;
}
