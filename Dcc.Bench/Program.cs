// Entry of the benchmarks.
System.Console.WriteLine("bench");
