// Finds the drivers' libraries where only their versioned names are installed. Read next: Core/DeviceCatalog.cs.
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Dcc.Kernels;

/// <summary>
/// ILGPU asks for "cuda" and "OpenCL", on Linux libcuda.so and libOpenCL.so. Drivers install libcuda.so.1 and libOpenCL.so.1; the names
/// without a version come with development packages, and under WSL the driver lies outside the search path. So: try what is there.
/// </summary>
internal static class DriverLibraries
{
    private static readonly Lock gate = new();
    private static bool listening;

    /// <summary>Called before anything of ILGPU's that may touch a driver.</summary>
    public static void Prepare()
    {
        lock (gate)
        {
            if (listening || !OperatingSystem.IsLinux()) return;
            listening = true;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>Whether the library that <paramref name="name"/> ("cuda", "OpenCL") stands for can be loaded.</summary>
    public static bool CanLoad(string name)
    {
        if (!NativeLibrary.TryLoad(name, typeof(ILGPU.Context).Assembly, null, out nint handle) && (handle = Resolve(null, name)) == 0) return false;
        NativeLibrary.Free(handle);
        return true;
    }

    private static nint Resolve(Assembly? assembly, string name)
    {
        string[] candidates = name switch
        {
            "cuda" => ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"],
            "OpenCL" => ["libOpenCL.so.1"],
            _ => [],
        };
        foreach (string candidate in candidates)
            if (NativeLibrary.TryLoad(candidate, out nint handle)) return handle;
        return 0;
    }
}
