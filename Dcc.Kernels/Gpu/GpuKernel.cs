// A loaded kernel that counts its launches: what launches it is out of reach but by Launch. Read next: GpuDevice.cs (Load), ../Core/GpuProfile.cs.
namespace Dcc.Kernels;

/// <typeparam name="TLaunch">The delegate that ILGPU made: Action of the grid, then the kernel's arguments.</typeparam>
internal sealed class GpuKernel<TLaunch>(TLaunch launch, GpuProfile profile, KernelLaunches kernel) where TLaunch : Delegate
{
    /// <summary>Counts a launch and hands out what does it, to be called at once: <code>fill.Launch(length, x, value);</code></summary>
    public TLaunch Launch
    {
        get
        {
            profile.Launching(kernel);
            return launch;
        }
    }
}
