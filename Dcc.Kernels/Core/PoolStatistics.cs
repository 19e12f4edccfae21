// What a device's memory is doing. Read next: Device.cs.
namespace Dcc.Kernels;

/// <summary>
/// <see cref="LiveBytes"/> are rented now, <see cref="PeakBytes"/> the most that ever were, <see cref="HeldBytes"/> rented or waiting to be;
/// <see cref="Allocations"/> counts how often memory was taken from the machine.
/// </summary>
public readonly record struct PoolStatistics(long LiveBytes, long PeakBytes, long HeldBytes, long Allocations);
