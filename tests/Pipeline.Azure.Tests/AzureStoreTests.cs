using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Azure.Tests;

public sealed class BlobFileStoreTests : FileStoreContract
{
    /// <summary>More than two blocks.</summary>
    private const int Large = (9 << 20) + 1;

    protected override IFileStore Store { get; } = Azurite.NewStores().Files;

    [Fact]
    public async Task A_file_of_several_blocks_reads_back_byte_for_byte()
    {
        byte[] content = new byte[Large];
        new Random(1).NextBytes(content);

        string etag = await Store.CreateAsync("archive/large.csv", new MemoryStream(content));

        Assert.Equal(content, await BytesOfAsync("archive/large.csv", etag));
    }

    [Theory]
    [InlineData(4 << 20)]
    [InlineData((4 << 20) - 1)]
    public async Task A_file_as_long_as_a_block_reads_back(int length)
    {
        byte[] content = new byte[length];
        new Random(2).NextBytes(content);

        await Store.WriteAsync("archive/block.csv", new MemoryStream(content));

        Assert.Equal(content, await BytesOfAsync("archive/block.csv"));
    }

    [Fact]
    public async Task Of_many_who_create_the_same_large_file_exactly_one_wins_and_its_content_stays()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(writer => Task.Run(async () =>
        {
            byte[] content = new byte[Large];
            Array.Fill(content, (byte)writer);
            try
            {
                return (Writer: writer, ETag: (string?)await Store.CreateAsync("archive/contested.csv", new MemoryStream(content)));
            }
            catch (StoreAlreadyExistsException)
            {
                return (writer, null);
            }
        })));

        var winner = Assert.Single(answers, answer => answer.ETag is not null);
        byte[] stays = await BytesOfAsync("archive/contested.csv", winner.ETag);
        Assert.Equal(Large, stays.Length);
        Assert.Equal([(byte)winner.Writer], stays.Distinct());
    }

    [Fact]
    public async Task A_large_file_whose_source_breaks_off_is_not_written()
    {
        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.CreateAsync("archive/broken.csv", new BreaksOff(new byte[Large])));

        Assert.Null(await Store.StatAsync("archive/broken.csv"));
        await Store.CreateAsync("archive/broken.csv", new MemoryStream(new byte[Large]));
    }

    /// <summary>The emulator knows no such policy. Azure answers so whatever the conditions of the write are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(Large)]
    public async Task Creating_what_exists_where_nothing_may_be_changed_fails_as_anywhere(int length)
    {
        Assert.IsType<StoreAlreadyExistsException>(
            await Record.ExceptionAsync(() => Immutable().CreateAsync("payments/run.csv", new MemoryStream(new byte[length]))));
    }

    [Fact]
    public async Task Writing_where_nothing_may_be_changed_is_no_matter_of_what_exists()
    {
        Assert.IsType<StoreUnavailableException>(
            await Record.ExceptionAsync(() => Immutable().WriteAsync("payments/run.csv", new MemoryStream([1]))));
    }

    /// <summary>A store in which every file exists and none may be changed.</summary>
    private static BlobFileStore Immutable()
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(new NothingMayBeChanged()) };
        return new BlobFileStore(name => new BlobContainerClient(new Uri($"https://pay.blob.core.windows.net/{name}"), options));
    }

    private async Task<byte[]> BytesOfAsync(string path, string? ifMatch = null)
    {
        await using var stream = await Store.OpenReadAsync(path, ifMatch);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private sealed class NothingMayBeChanged : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(request.Method == HttpMethod.Put ? HttpStatusCode.Conflict : HttpStatusCode.OK)
                { Content = new ByteArrayContent([]) };
            if (request.Method == HttpMethod.Put)
                answer.Headers.Add("x-ms-error-code", "BlobImmutableDueToPolicy");
            answer.Headers.Add("ETag", "\"0x1\"");
            answer.Content.Headers.LastModified = DateTimeOffset.UnixEpoch;
            return Task.FromResult(answer);
        }
    }

    private sealed class BreaksOff(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > Length / 2 ? throw new EndOfStreamException() : base.ReadAsync(buffer, cancellationToken);
    }
}

public sealed class TableStorageTableStoreTests : TableStoreContract
{
    protected override ITableStore Store { get; } = Azurite.NewStores().Tables;

    /// <summary>The emulator reads and writes JSON with JavaScript, which writes both alike.</summary>
    protected override bool KeepsTheSignOfZero => false;
}
