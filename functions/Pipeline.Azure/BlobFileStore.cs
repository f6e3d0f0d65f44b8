using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Pipeline.Steps.Stores;

namespace Pipeline.Azure;

/// <summary>Files as block blobs. Azure keeps a write atomic: a blob appears with its last block, whole or not at all.</summary>
public sealed class BlobFileStore(Func<string, BlobContainerClient> container) : IFileStore
{
    /// <summary>A directory of a hierarchical namespace is listed as an empty blob with this metadata.</summary>
    private const string Folder = "hdi_isfolder";

    private const int BlockBytes = 4 << 20;

    private readonly ConcurrentDictionary<string, bool> _ensured = new();

    public async Task<FileStat?> StatAsync(string path, CancellationToken cancel = default)
    {
        FileLimits.CheckRead(path);
        try
        {
            var found = (await Blob(path).GetPropertiesAsync(cancellationToken: cancel)).Value;
            return found.Metadata.ContainsKey(Folder)
                ? null : new FileStat(path, found.ContentLength, found.ETag.ToString(), found.LastModified);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
        catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
        {
            throw StorageFailure.Unavailable(exception);
        }
    }

    public async IAsyncEnumerable<FileStat> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        FileLimits.CheckPrefix(prefix);
        var (blobs, name) = Split(prefix);
        var found = new List<FileStat>();
        try
        {
            await foreach (var blob in blobs.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, name, cancel))
            {
                // Azure takes names that mean nothing in a folder, or another file than they say.
                string path = $"{blobs.Name}/{blob.Name}";
                if (FileLimits.CanRead(path) && (blob.Metadata is null || !blob.Metadata.ContainsKey(Folder)))
                    found.Add(new FileStat(path, blob.Properties.ContentLength ?? 0, Quoted(blob.Properties.ETag),
                        blob.Properties.LastModified ?? default));
            }
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // A container that was never written is empty.
        }
        catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
        {
            throw StorageFailure.Unavailable(exception);
        }

        // Azure sorts by directories where there are any, and by UTF-8 elsewhere.
        foreach (var file in found.OrderBy(f => f.Path, StringComparer.Ordinal))
            yield return file;
    }

    public async Task<Stream> OpenReadAsync(string path, string? ifMatch = null, CancellationToken cancel = default)
    {
        FileLimits.CheckRead(path);
        var conditions = ifMatch is null ? null : new BlobRequestConditions { IfMatch = new ETag(ifMatch) };
        try
        {
            // Where the connection breaks, the rest is asked for under the ETag of the beginning.
            var opened = (await Blob(path).DownloadStreamingAsync(new BlobDownloadOptions { Conditions = conditions }, cancel)).Value;
            return opened.Details.Metadata.ContainsKey(Folder)
                ? throw new StoreNotFoundException("The file") : new BlobReading(opened.Content);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            // The emulator looks at the ETag before it looks for the blob.
            throw exception.Status == 404 || await StatAsync(path, cancel) is null
                ? new StoreNotFoundException("The file") : new StoreChangedException("The file");
        }
        catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
        {
            throw StorageFailure.Unavailable(exception);
        }
    }

    public Task<string> CreateAsync(string path, Stream content, CancellationToken cancel = default) =>
        UploadAsync(path, content, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancel);

    public Task<string> WriteAsync(string path, Stream content, string? ifMatch = null, CancellationToken cancel = default) =>
        UploadAsync(path, content, ifMatch is null ? null : new BlobRequestConditions { IfMatch = new ETag(ifMatch) }, cancel);

    /// <remarks>
    /// A file of one block is one call. A larger one is put block by block, under names that no other write uses: blocks that wait for
    /// their commit belong to the file and not to who put them, so that of two writers with the same names one would commit the other's
    /// content.
    /// </remarks>
    private async Task<string> UploadAsync(string path, Stream content, BlobRequestConditions? conditions, CancellationToken cancel)
    {
        FileLimits.CheckWrite(path);
        var blob = Blob(path);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            int read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancel);
            if (read < BlockBytes)
            {
                using var whole = new MemoryStream(buffer, 0, read);
                return (await WriteAsync(path, conditions, () =>
                    blob.UploadAsync(whole, new BlobUploadOptions { Conditions = conditions }, cancel), cancel)).Value.ETag.ToString();
            }

            var blocks = new List<string>();
            for (byte[] write = Guid.NewGuid().ToByteArray(); read > 0; read =
                await content.ReadAtLeastAsync(buffer.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancel))
            {
                using var block = new MemoryStream(buffer, 0, read);
                blocks.Add(Convert.ToBase64String([.. write, .. BitConverter.GetBytes(blocks.Count)]));
                await WriteAsync(path, conditions, () => blob.StageBlockAsync(blocks[^1], block, options: null, cancel), cancel);
            }

            return (await WriteAsync(path, conditions, () => blob.CommitBlockListAsync(blocks,
                new CommitBlockListOptions { Conditions = conditions }, cancel), cancel)).Value.ETag.ToString();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<T> WriteAsync<T>(string path, BlobRequestConditions? conditions, Func<Task<T>> write, CancellationToken cancel)
    {
        try
        {
            await EnsureContainerAsync(path, cancel);
            return await write();
        }
        catch (RequestFailedException exception) when (exception.Status == 409
            && exception.ErrorCode == BlobErrorCode.BlobAlreadyExists.ToString())
        {
            throw new StoreAlreadyExistsException("The file");
        }
        catch (RequestFailedException exception) when (exception.Status is 412 or 404
            // Whoever commits first takes the blocks of all others away with it.
            || (conditions is not null && exception.ErrorCode == BlobErrorCode.InvalidBlockList.ToString())
            // Where nothing may be changed, Azure says so before it looks at the conditions.
            || (conditions?.IfNoneMatch is not null && exception.ErrorCode == BlobErrorCode.BlobImmutableDueToPolicy.ToString()))
        {
            throw await StatAsync(path, cancel) is null ? new StoreNotFoundException("The file")
                : conditions?.IfNoneMatch is null ? new StoreChangedException("The file")
                : new StoreAlreadyExistsException("The file");
        }
        catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
        {
            throw StorageFailure.Unavailable(exception);
        }
    }

    /// <summary>On Azure the containers are there, and it costs one request each; the emulator begins with none.</summary>
    private async Task EnsureContainerAsync(string path, CancellationToken cancel)
    {
        var (blobs, _) = Split(path);
        if (_ensured.ContainsKey(blobs.Name))
            return;
        if (!await blobs.ExistsAsync(cancel))
            await blobs.CreateIfNotExistsAsync(cancellationToken: cancel);
        _ensured[blobs.Name] = true;
    }

    private BlockBlobClient Blob(string path)
    {
        var (blobs, name) = Split(path);
        return blobs.GetBlockBlobClient(name);
    }

    private (BlobContainerClient Container, string Name) Split(string path)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        return (container(path[..slash]), path[(slash + 1)..]);
    }

    /// <summary>A listing gives the ETag without the quotes that everything else has.</summary>
    private static string Quoted(ETag? etag) => etag?.ToString("H") ?? "";
}
