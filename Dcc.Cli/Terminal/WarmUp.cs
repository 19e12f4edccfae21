// What a GPU's first step took to get ready, in a line. Read next: TrainingScreen.cs.
using System.Globalization;
using Dcc.Kernels;

namespace Dcc.Cli;

internal static class WarmUp
{
    /// <summary>Null on the CPU, which compiles nothing of its own.</summary>
    public static string? Line(Device device) => device.Profile is { } profile
        ? string.Create(CultureInfo.InvariantCulture, $"Warm-up: {profile.Kernels.Count} kernels compiled in {profile.LoadSeconds:F1} s.")
        : null;
}
