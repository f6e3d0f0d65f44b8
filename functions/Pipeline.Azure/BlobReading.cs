using Azure;
using Pipeline.Core.Reading;
using Pipeline.Steps.Stores;

namespace Pipeline.Azure;

/// <summary>The content of a blob, read once from its start to its end; its errors are those of a store.</summary>
internal sealed class BlobReading(Stream content) : ForwardStream
{
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
