// Scratch on the stack is written before it is read: without this each call would clear it first. Read next: Cpu/CpuDevice.cs.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
