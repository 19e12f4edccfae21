// What the device can do at most, measured on the spot. Read next: GpuTiming.cs, ../../Dcc.Kernels/Gpu/GpuDevice.Roofs.cs.
using Dcc.Bench.Measuring;
using Dcc.Kernels;

namespace Dcc.Bench.Gpu;

/// <summary>GFLOP/s of multiply-adds in registers, and GB/s of a copy, read and written bytes counted.</summary>
internal sealed record GpuRoofs(double Gigaflops, double Gigabytes)
{
    public static GpuRoofs Measure(GpuDevice device, bool quick)
    {
        // The simulator is for tests of this program: its numbers mean nothing.
        bool simulated = device.Kind == DeviceKind.Simulator;
        int floats = simulated ? 1 << 10 : quick ? 1 << 24 : 1 << 26, threads = simulated ? 64 : quick ? 1 << 16 : 1 << 20, rounds = quick ? 3 : 10;
        using DeviceBuffer<float> from = device.Rent<float>(floats), to = device.Rent<float>(floats), sums = device.Rent<float>(threads);
        device.Fill(from, 1f);
        Timing copy = GpuTiming.Measure(device, rounds, quick ? 20 : 100, () => device.RoofCopy(from, to));
        int turns = 8;
        Timing chains = Chains();
        while (!simulated && chains.Min < 20 && turns < 1 << 17)
        {
            turns *= 4;
            chains = Chains();
        }
        return new GpuRoofs(2.0 * GpuDevice.RoofTurn * turns * threads / chains.Min / 1e6, 8.0 * floats / copy.Min / 1e6);

        Timing Chains() => GpuTiming.Measure(device, rounds, fill: 1, () => device.RoofMultiplyAdds(turns, sums));
    }

    /// <summary>The shortest time in ms that so much work can take: the longer of computing and moving it.</summary>
    public double Milliseconds(double flops, double bytes) => Math.Max(flops / Gigaflops, bytes / Gigabytes) / 1e6;
}
