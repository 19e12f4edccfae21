// Who owns a temporary: the innermost open scope of the thread. Read next: Tape.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>
/// Owns every tensor made on its thread while it is the innermost open scope; disposing it gives all their memory back to the pool at once.
/// Memory goes back earlier by <see cref="Tensor.Drop"/> and by <see cref="Tape.Backward"/>. Reading a tensor whose memory is gone throws.
/// <code>using Scope scope = device.BeginScope();</code>
/// </summary>
public class Scope : IDisposable
{
    [ThreadStatic]
    private static Scope? innermost;

    private readonly Scope? outer;
    private readonly HashSet<IDisposable> owned = new(ReferenceEqualityComparer.Instance);
    private readonly List<IDisposable> saved = [];

    private protected Scope(Device device)
    {
        Device = device;
        outer = innermost;
        innermost = this;
    }

    internal static Scope Open(Device device) => new(device);

    public Device Device { get; }

    /// <summary>The innermost open scope of this thread, or null.</summary>
    internal static Scope? Innermost => innermost;

    internal bool IsClosed { get; private set; }

    /// <summary>The innermost open scope of this thread, which must be on <paramref name="device"/>.</summary>
    internal static Scope Require(Device device)
    {
        if (innermost is null) throw new InvalidOperationException("No scope is open on this thread, so nobody would own the tensor. Open one: using Scope scope = device.BeginScope();");
        if (innermost.Device != device) throw new InvalidOperationException($"The open scope is on {innermost.Device}, the tensor on {device}. Open a scope on {device}.");
        return innermost;
    }

    internal Tensor New(TensorShape shape, bool needsGradient) => new(shape, Rent<float>(shape.Count), needsGradient) { Owner = this };

    /// <summary>Rented memory that is not a tensor (indices, assignments), owned by the scope.</summary>
    internal DeviceBuffer<T> Rent<T>(int length) where T : unmanaged
    {
        DeviceBuffer<T> buffer = Device.Rent<T>(length);
        owned.Add(buffer);
        return buffer;
    }

    /// <summary>Rented memory for the backward pass of the op in hand: goes back as soon as that is done, or at once if nothing is recorded.</summary>
    internal DeviceBuffer<T> RentSaved<T>(int length) where T : unmanaged
    {
        DeviceBuffer<T> buffer = Rent<T>(length);
        saved.Add(buffer);
        return buffer;
    }

    /// <summary>What was rented as saved since the last call.</summary>
    internal IDisposable[] TakeSaved()
    {
        if (saved.Count == 0) return [];
        IDisposable[] taken = [.. saved];
        saved.Clear();
        return taken;
    }

    /// <summary>Gives memory back before the scope closes; what the scope does not own (any more) is left alone.</summary>
    internal void GiveBack(IDisposable buffer)
    {
        if (owned.Remove(buffer)) buffer.Dispose();
    }

    /// <summary>Host indices as device memory owned by the scope.</summary>
    public DeviceBuffer<int> Indices(ReadOnlySpan<int> values)
    {
        DeviceBuffer<int> buffer = Rent<int>(values.Length);
        buffer.CopyFrom(values);
        return buffer;
    }

    public void Dispose()
    {
        if (IsClosed) return;
        if (innermost != this) throw new InvalidOperationException("Scopes close in the reverse order of opening, on the thread that opened them.");
        IsClosed = true;
        innermost = outer;
        foreach (IDisposable buffer in owned) buffer.Dispose();
        owned.Clear();
        GC.SuppressFinalize(this);
    }
}

public static class DeviceScopes
{
    /// <summary>Opens a scope that records nothing: inference.</summary>
    public static Scope BeginScope(this Device device) => Scope.Open(device);

    /// <summary>Opens a scope that records what is computed, for <see cref="Tape.Backward"/>: a training step.</summary>
    public static Tape BeginStep(this Device device) => Tape.OpenTape(device);
}
