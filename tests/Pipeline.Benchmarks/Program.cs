using BenchmarkDotNet.Running;
using Pipeline.Benchmarks;

// `hot` runs BenchmarkDotNet on the parts that every row passes; `site` measures its pages; `start` the start of the app on Azure;
// `detector` counts how often the detector of personal data errs; everything else measures whole processes.
return args is ["hot", .. var rest]
    ? BenchmarkSwitcher.FromTypes([typeof(HotParts)]).Run(rest).Any(s => s.HasCriticalValidationErrors) ? 1 : 0
    : args is ["detector"] ? Print(DetectorRates.Table())
    : args is ["site", .. var options] ? SiteTimes.Command().Parse(options).Invoke()
    : args is ["start", .. var published] ? StartTimes.Command().Parse(published).Invoke()
    : Comparison.Command().Parse(args).Invoke();

static int Print(string table)
{
    Console.Write(table);
    return 0;
}
