// ILGPU behind the device contract: one accelerator, its stream and its kernels. Each op adds a partial file in its own folder.
// Read next: GpuKernel.cs, GpuBuffer.cs, ../Elementwise/GpuDevice.Elementwise.cs.
using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Dcc.Kernels;

/// <summary>
/// Runs every op as ILGPU kernels: PTX on CUDA, OpenCL C on OpenCL, or ILGPU's simulator. Launches are queued on one stream; a host read waits for them.
/// Ops may be called from several threads one at a time: hold <see cref="Exclusive"/> around a sequence that belongs together.
/// </summary>
public sealed partial class GpuDevice : Device
{
    private readonly Context context;
    private readonly Accelerator accelerator;
    private readonly BufferPool pool = new();

    private GpuDevice(DeviceKind kind, Context context, ILGPU.Runtime.Device device)
    {
        Kind = kind;
        this.context = context;
        accelerator = device.CreateAccelerator(context);
        Profile = new GpuProfile(accelerator.Synchronize);
        Limits = new DeviceLimits(accelerator.MaxNumThreadsPerGroup, accelerator.MaxSharedMemoryPerGroup,
            OnProcessor: device is CLDevice { DeviceType: var type } && !type.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU));
    }

    /// <summary>The index-th CUDA device. Throws <see cref="DeviceNotFoundException"/> if there is none.</summary>
    public static GpuDevice Cuda(int index = 0) => Open(DeviceKind.Cuda, index, builder => builder.Cuda());

    /// <summary>The index-th OpenCL device. Throws <see cref="DeviceNotFoundException"/> if there is none.</summary>
    public static GpuDevice OpenCl(int index = 0) => Open(DeviceKind.OpenCl, index, builder => builder.OpenCL());

    /// <summary>ILGPU's simulator: every kernel, one thread at a time, for tests on tiny shapes.</summary>
    public static GpuDevice Simulator() => Open(DeviceKind.Simulator, 0, builder => builder.CPU(new CPUDevice(4, 4, 4)));

    /// <summary>Serialises host threads that share the accelerator, and makes it current on the calling one.</summary>
    public override DeviceHold Exclusive()
    {
        DeviceHold hold = new(accelerator);
        accelerator.Bind();
        return hold;
    }

    public override DeviceKind Kind { get; }

    public override string Name => $"{Kind switch { DeviceKind.Cuda => "CUDA", DeviceKind.OpenCl => "OpenCL", _ => "Simulator" }} ({accelerator.Name.Trim()})";

    /// <summary>What the launchers ask before they choose a tile.</summary>
    internal DeviceLimits Limits { get; }

    public override GpuProfile Profile { get; }

    public override void Synchronize()
    {
        Profile.Synchronizations++;
        accelerator.Synchronize();
    }

    public override PoolStatistics Memory => pool.Statistics;

    private protected override DeviceBuffer<T> RentCore<T>(int length) => pool.Rent(length, capacity => new GpuBuffer<T>(this, accelerator.Allocate1D<T>(capacity)));

    internal override void GiveBack<T>(DeviceBuffer<T> buffer) => pool.GiveBack((GpuBuffer<T>)buffer);

    private protected override void Release()
    {
        pool.Free();
        cuBlas?.Dispose();
        accelerator.Dispose();
        context.Dispose();
    }

    /// <summary>The one place a context is made: algorithms on (for Exp, Tanh, ...), optimisation O2.</summary>
    private static GpuDevice Open(DeviceKind kind, int index, Action<Context.Builder> select)
    {
        DriverLibraries.Prepare();
        Context context;
        try
        {
            context = Context.Create(builder =>
            {
                builder.Configure();
                select(builder);
            });
        }
        catch (Exception failure) when (failure is DllNotFoundException or NotSupportedException or TypeInitializationException or InvalidOperationException)
        {
            throw new DeviceNotFoundException($"No {kind} device: its driver could not be loaded ({failure.Message}). Use --device cpu.", failure);
        }
        // A context that finds no device of the wanted kind holds ILGPU's simulator instead: never mistake one for the other.
        AcceleratorType type = kind switch { DeviceKind.Cuda => AcceleratorType.Cuda, DeviceKind.OpenCl => AcceleratorType.OpenCL, _ => AcceleratorType.CPU };
        ILGPU.Runtime.Device[] devices = [.. context.Devices.Where(device => device.AcceleratorType == type)];
        if (index < 0 || index >= devices.Length)
        {
            string found = devices.Length == 0 ? "none was found" : $"there are {devices.Length}, numbered from 0";
            context.Dispose();
            throw new DeviceNotFoundException($"No {kind} device {index}: {found}. `dcc devices` lists what can be used and why not; --device cpu always works.");
        }
        try { return new GpuDevice(kind, context, devices[index]); }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            context.Dispose();
            throw new DeviceNotFoundException($"{kind} device {index} is there but could not be opened ({failure.Message}). Update its driver or use --device cpu.", failure);
        }
    }

    /// <summary>
    /// The one way to get a kernel: compiles it for the device, once, and counts it. <paramref name="load"/> may capture nothing but the device, so that the
    /// launch after it allocates nothing: <code>fill ??= Load(nameof(FillKernel), () => accelerator.LoadAutoGroupedStreamKernel&lt;...&gt;(FillKernel));</code>
    /// </summary>
    /// <param name="kernel">The kernel's method.</param>
    /// <param name="load">Loads it.</param>
    /// <param name="of">The struct that a generic kernel is made for.</param>
    private GpuKernel<TLaunch> Load<TLaunch>(string kernel, Func<TLaunch> load, string? of = null) where TLaunch : Delegate
    {
        long start = Stopwatch.GetTimestamp();
        TLaunch launch = load();
        return new(launch, Profile, Profile.Loaded(of is null ? kernel : $"{kernel}<{of}>", Stopwatch.GetElapsedTime(start)));
    }

    /// <summary>For tests: a kernel of their own, on this device. The product's kernels are methods of this class and go through the private Load.</summary>
    internal GpuKernel<TLaunch> LoadOfTest<TLaunch>(string kernel, Func<Accelerator, TLaunch> load) where TLaunch : Delegate => Load(kernel, () => load(accelerator));

    private static ArrayView<T> View<T>(DeviceBuffer<T> buffer) where T : unmanaged => ((GpuBuffer<T>)buffer).View;

    /// <summary>Rounds a number of items up to a number of groups.</summary>
    private static int Groups(int items, int groupSize) => (items + groupSize - 1) / groupSize;
}

/// <summary>
/// Threads and bytes of shared memory that one group may use; and whether the groups run on a processor's cores (PoCL), where a launch costs little arithmetic and memory is near.
/// </summary>
internal readonly record struct DeviceLimits(int MaxGroupSize, int SharedMemoryBytes, bool OnProcessor = false);
