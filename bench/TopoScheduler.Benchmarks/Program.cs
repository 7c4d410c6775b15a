using BenchmarkDotNet.Running;
using TopoScheduler.Benchmarks;

// --quick: minutes, not hours, with the same cases; anything else goes to BenchmarkDotNet.
if (args.Contains("--quick"))
{
    return QuickRun.Run(Console.Out, args);
}

BenchmarkSwitcher.FromAssembly(typeof(PlanBenchmarks).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args);
return 0;
