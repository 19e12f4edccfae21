// Arithmetic that C# cannot say to ILGPU 1.5: a multiply-add that OpenCL's compiler takes as one. Read next: GpuDevice.cs.
using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR.Intrinsics;
using ILGPU.IR;
using ILGPU.IR.Values;

namespace Dcc.Kernels;

internal static class KernelMath
{
    /// <summary>
    /// a · b + c, rounded once (the simulator rounds twice). As fma(a, b, c) of OpenCL C: its compiler joins a product and a sum only within one expression, and ILGPU writes a
    /// statement for each. As fma.rn.f32 of PTX: ILGPU sinks plain arithmetic to the end of its block, past all loads there, which would need registers for all of them at once;
    /// an intrinsic stays where it is written.
    /// </summary>
    [IntrinsicImplementation]
    public static float MulAdd(float a, float b, float c) => a * b + c;

    /// <summary>The one place where contexts of kernels are configured: algorithms on (for Exp, Tanh, ...), optimisation O2, and <see cref="MulAdd"/>.</summary>
    public static Context.Builder Configure(this Context.Builder builder)
    {
        builder.EnableAlgorithms().Optimize(OptimizationLevel.O2);
        IntrinsicImplementationManager intrinsics = builder.GetIntrinsicManager();
        Type self = typeof(KernelMath);
        MethodInfo mulAdd = self.GetMethod(nameof(MulAdd))!;
        intrinsics.RegisterMethod(mulAdd, new CLIntrinsic(self, nameof(WriteFma), IntrinsicImplementationMode.GenerateCode));
        intrinsics.RegisterMethod(mulAdd, new PTXIntrinsic(self, nameof(WritePtx), IntrinsicImplementationMode.GenerateCode));
        return builder;
    }

    private static void WritePtx(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        _ = backend;
        MethodCall call = (MethodCall)value;
        var a = generator.LoadPrimitive(call[0]);
        var b = generator.LoadPrimitive(call[1]);
        var c = generator.LoadPrimitive(call[2]);
        var result = generator.AllocateHardware(value);
        using PTXCodeGenerator.CommandEmitter command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(result);
        command.AppendArgument(a);
        command.AppendArgument(b);
        command.AppendArgument(c);
    }

    private static void WriteFma(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        _ = backend;
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(generator.Allocate(value));
        statement.AppendCommand("fma");
        statement.BeginArguments();
        foreach (var argument in (MethodCall)value) statement.AppendArgument(generator.Load(argument));
        statement.EndArguments();
    }
}
