using BenchmarkDotNet.Running;
using Pipeline.Benchmarks;

// `hot` runs BenchmarkDotNet on the parts that every row passes; everything else measures whole processes.
return args is ["hot", .. var rest]
    ? BenchmarkSwitcher.FromTypes([typeof(HotParts)]).Run(rest).Any(s => s.HasCriticalValidationErrors) ? 1 : 0
    : Comparison.Command().Parse(args).Invoke();
