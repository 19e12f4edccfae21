// LibTorch takes memory from the C library and gives it back after each op; large pieces then go back to the system and come again as page faults. Read next: PeersCommand.cs.
using System.Runtime.InteropServices;

namespace Dcc.Bench.Peers;

internal static partial class PeerHeap
{
    private const int TrimThreshold = -1, MmapMax = -4; // M_TRIM_THRESHOLD, M_MMAP_MAX of malloc.h

    public const string Note = "The C library was told to keep freed memory (mallopt: no mmap, no trim). LibTorch does not do this by itself; it spares it the page faults of fresh memory.";

    /// <summary>For the whole process, and for good.</summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux() || mallopt(MmapMax, 0) != 1 || mallopt(TrimThreshold, int.MaxValue) != 1) throw new PlatformNotSupportedException("--keep-heap needs glibc's mallopt; run without it.");
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);
}
