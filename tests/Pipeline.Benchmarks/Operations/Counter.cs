using System.Diagnostics;

namespace Pipeline.Benchmarks.Operations;

/// <summary>Adds up what stores are asked for. They are asked from several threads at once.</summary>
internal sealed class Counter
{
    private long _blobWrites, _blobLists, _blobReads, _tableCalls, _bytesRead, _bytesWritten;

    public void BlobWritten(long calls, long bytes)
    {
        Interlocked.Add(ref _blobWrites, calls);
        Written(bytes);
    }

    public void BlobListed() => Interlocked.Increment(ref _blobLists);

    public void BlobRead() => Interlocked.Increment(ref _blobReads);

    public void TableCalled() => Interlocked.Increment(ref _tableCalls);

    public void Read(int bytes) => Interlocked.Add(ref _bytesRead, bytes);

    public void Written(long bytes) => Interlocked.Add(ref _bytesWritten, bytes);

    /// <summary>What a piece of work asks for.</summary>
    public async Task<Counts> CountAsync(Func<Task> work)
    {
        (_blobWrites, _blobLists, _blobReads, _tableCalls, _bytesRead, _bytesWritten) = (0, 0, 0, 0, 0, 0);
        var before = ProcessorTime();
        await work();
        return new Counts(_blobWrites, _blobLists, _blobReads, _tableCalls, _bytesRead, _bytesWritten,
            (ProcessorTime() - before).TotalSeconds);
    }

    private static TimeSpan ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
