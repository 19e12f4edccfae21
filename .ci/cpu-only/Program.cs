// A program that embeds the CPU device alone; .ci/cpu-only/check publishes it trimmed and runs it. Read next: Dcc.Kernels/Cpu/CpuDevice.cs.
using Dcc.Kernels;

using CpuDevice device = new();
using DeviceBuffer<float> x = device.Upload<float>([-1f, 2f]);
device.UnaryForward(Unary.Relu, x, x);
Console.WriteLine($"{device.Name}: relu(-1), relu(2) = {string.Join(", ", x.ToArray())}");
