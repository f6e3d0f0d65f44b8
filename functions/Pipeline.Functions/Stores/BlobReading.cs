using Azure;
using Pipeline.Steps;

namespace Pipeline.Functions.Stores;

/// <summary>The content of a blob, read once from its start to its end; its errors are those of a store.</summary>
internal sealed class BlobReading(Stream content) : Stream
{
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
            return content.Read(buffer);
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
            return await content.ReadAsync(buffer, cancellationToken);
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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>What to throw instead of an error of the blob's stream; null to let it through.</summary>
    private static Exception? Failed(Exception exception, CancellationToken cancel) => exception switch
    {
        RequestFailedException { Status: 404 or 412 } => new StoreChangedException("The file"),
        _ when StorageFailure.IsUnavailable(exception, cancel) => StorageFailure.Unavailable(exception),
        _ => null,
    };
}
