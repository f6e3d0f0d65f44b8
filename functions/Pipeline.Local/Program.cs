using Pipeline.Local;
using Pipeline.Local.Screen;

// Whoever writes waits for the disk on a thread of the pool: with no more of them than there are processors, these would often have nothing
// to do.
ThreadPool.SetMinThreads(4 * Environment.ProcessorCount, Environment.ProcessorCount);
return await CommandLine.InvokeAsync(args, CommandOutput.OfProcess());
