using Azure;
using Pipeline.Steps;

namespace Pipeline.Functions.Stores;

/// <summary>A stream that is read once, from its start to its end.</summary>
internal abstract class OnceStream(Stream inner) : Stream
{
    protected Stream Inner { get; } = inner;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Inner.Read(buffer);
        }
        catch (Exception exception) when (Failed(exception, default) is { } failure)
        {
            throw failure;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (Failed(exception, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>What to throw instead of an error of the inner stream; null to let it through.</summary>
    protected abstract Exception? Failed(Exception exception, CancellationToken cancel);
}

/// <summary>The content of a blob; its errors are those of a store.</summary>
internal sealed class BlobReading(Stream content) : OnceStream(content)
{
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Inner.Dispose();
        base.Dispose(disposing);
    }

    protected override Exception? Failed(Exception exception, CancellationToken cancel) => exception switch
    {
        RequestFailedException { Status: 404 or 412 } => new StoreChangedException("The file"),
        _ when StorageFailure.IsUnavailable(exception, cancel) => StorageFailure.Unavailable(exception),
        _ => null,
    };
}

/// <summary>What is being written; an error of it is told apart from one of the store.</summary>
internal sealed class SourceStream(Stream source) : OnceStream(source)
{
    /// <summary>The error that ended the reading.</summary>
    public Exception? Failure { get; private set; }

    protected override Exception? Failed(Exception exception, CancellationToken cancel)
    {
        Failure = exception;
        return null;
    }
}
