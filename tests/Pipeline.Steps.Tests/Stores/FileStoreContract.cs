using System.Text;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

/// <summary>What every file store promises (see <see cref="IFileStore"/>). A store's own test class derives from this one.</summary>
public abstract class FileStoreContract
{
    /// <summary>The same store, empty at first, throughout one test.</summary>
    protected abstract IFileStore Store { get; }

    [Fact]
    public async Task A_file_that_is_created_reads_back_byte_for_byte()
    {
        var content = new byte[300_001];
        new Random(1).NextBytes(content);

        await Store.CreateAsync("archive/abc.csv", new MemoryStream(content));

        Assert.Equal(content, await BytesOf("archive/abc.csv"));
    }

    [Fact]
    public async Task A_file_may_be_empty()
    {
        var etag = await Create("archive/empty.csv", "");

        Assert.Equal("", await TextOf("archive/empty.csv", etag));
        Assert.Equal(0, (await Store.StatAsync("archive/empty.csv"))!.Length);
    }

    [Fact]
    public async Task The_same_text_reads_back_through_the_reading_that_waits()
    {
        await Create("archive/abc.csv", "one\ntwo\n");

        await using var stream = await Store.OpenReadAsync("archive/abc.csv");
        using var reader = new StreamReader(stream);

        Assert.Equal("one\ntwo\n", reader.ReadToEnd());
    }

    [Fact]
    public async Task A_stream_to_read_cannot_seek()
    {
        await Create("archive/abc.csv", "x");

        await using var stream = await Store.OpenReadAsync("archive/abc.csv");

        Assert.False(stream.CanSeek);
        Assert.False(stream.CanWrite);
    }

    [Fact]
    public async Task Stat_tells_path_length_ETag_and_time_of_the_last_write()
    {
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        var etag = await Create("receipts/a/b/v1.json", "{}");

        var stat = await Store.StatAsync("receipts/a/b/v1.json");

        Assert.NotNull(stat);
        Assert.Equal(("receipts/a/b/v1.json", 2L, etag), (stat.Path, stat.Length, stat.ETag));
        Assert.Equal(TimeSpan.Zero, stat.LastModified.Offset);
        Assert.InRange(stat.LastModified, before, DateTimeOffset.UtcNow.AddMinutes(1));
    }

    [Fact]
    public async Task What_is_not_there_has_no_stat_and_cannot_be_opened()
    {
        await Create("archive/folder/abc.csv", "x");

        foreach (var path in (string[])["archive/other.csv", "archive/folder", "archive/folder/abc.csv/below", "nowhere/abc.csv"])
        {
            Assert.Null(await Store.StatAsync(path));
            await Assert.ThrowsAsync<StoreNotFoundException>(() => Store.OpenReadAsync(path));
            await Assert.ThrowsAsync<StoreNotFoundException>(() => Store.OpenReadAsync(path, "any"));
        }
    }

    [Fact]
    public async Task Creating_what_exists_fails_and_leaves_it_as_it_is()
    {
        var etag = await Create("archive/abc.csv", "first");

        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Create("archive/abc.csv", "second"));

        Assert.Equal("first", await TextOf("archive/abc.csv", etag));
    }

    [Fact]
    public async Task Of_many_who_create_the_same_file_exactly_one_wins_and_its_content_stays()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            try
            {
                return (Writer: writer, ETag: (string?)await Create("archive/contested.csv", $"writer {writer}"));
            }
            catch (StoreAlreadyExistsException)
            {
                return (writer, null);
            }
        })));

        var winner = Assert.Single(answers, answer => answer.ETag is not null);
        Assert.Equal($"writer {winner.Writer}", await TextOf("archive/contested.csv", winner.ETag));
    }

    [Fact]
    public async Task A_write_without_an_ETag_creates_and_replaces()
    {
        await Write("reports/index.html", "a longer first text");
        var etag = await Write("reports/index.html", "short");

        Assert.Equal("short", await TextOf("reports/index.html", etag));
        Assert.Equal(etag, (await Store.StatAsync("reports/index.html"))!.ETag);
    }

    [Fact]
    public async Task A_write_under_the_ETag_replaces()
    {
        var first = await Create("reports/index.html", "one");
        var second = await Write("reports/index.html", "two", first);
        await Write("reports/index.html", "three", second);

        Assert.Equal("three", await TextOf("reports/index.html"));
    }

    [Fact]
    public async Task A_write_under_another_ETag_fails_and_leaves_the_file_as_it_is()
    {
        var first = await Create("reports/index.html", "one");
        var second = await Write("reports/index.html", "two", first);

        await Assert.ThrowsAsync<StoreChangedException>(() => Write("reports/index.html", "three", first));

        Assert.Equal("two", await TextOf("reports/index.html", second));
    }

    [Fact]
    public async Task A_write_under_an_ETag_needs_the_file()
    {
        await Assert.ThrowsAsync<StoreNotFoundException>(() => Write("reports/index.html", "x", "any"));

        Assert.Null(await Store.StatAsync("reports/index.html"));
    }

    [Fact]
    public async Task Of_many_who_replace_under_the_same_ETag_exactly_one_wins()
    {
        var etag = await Create("reports/index.html", "start");

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            try
            {
                return (Writer: writer, ETag: (string?)await Write("reports/index.html", $"writer {writer:00}", etag));
            }
            catch (StoreChangedException)
            {
                return (writer, null);
            }
        })));

        var winner = Assert.Single(answers, answer => answer.ETag is not null);
        Assert.Equal($"writer {winner.Writer:00}", await TextOf("reports/index.html", winner.ETag));
    }

    [Fact]
    public async Task No_addition_is_lost_when_many_add_one_under_the_ETag_they_read()
    {
        const int writers = 4, additions = 5;
        await Create("reports/count.txt", "0");

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (var added = 0; added < additions;)
            {
                try
                {
                    var etag = (await Store.StatAsync("reports/count.txt"))!.ETag;
                    var count = int.Parse(await TextOf("reports/count.txt", etag));
                    await Write("reports/count.txt", $"{count + 1}", etag);
                    added++;
                }
                catch (StoreChangedException)
                {
                    // Another was quicker: read again.
                }
            }
        })));

        Assert.Equal($"{writers * additions}", await TextOf("reports/count.txt"));
    }

    [Fact]
    public async Task An_ETag_changes_with_every_write_even_of_the_same_bytes_in_the_same_instant()
    {
        var seen = new List<string> { await Create("reports/index.html", "same") };
        for (var write = 0; write < 50; write++)
            seen.Add(await Write("reports/index.html", "same", write % 2 == 0 ? seen[^1] : null));

        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task Opening_under_an_ETag_reads_that_content_or_fails()
    {
        var first = await Create("reports/index.html", "one");
        var second = await Write("reports/index.html", "two");

        Assert.Equal("two", await TextOf("reports/index.html", second));
        await Assert.ThrowsAsync<StoreChangedException>(() => Store.OpenReadAsync("reports/index.html", first));
    }

    [Fact]
    public async Task A_reader_never_gets_a_mixture_of_two_contents()
    {
        var old = new string('a', 200_000);
        var etag = await Create("reports/index.html", old);

        await using var stream = await Store.OpenReadAsync("reports/index.html", etag);
        var start = new byte[1000];
        await stream.ReadExactlyAsync(start);
        await Write("reports/index.html", new string('b', 200_000));

        try
        {
            using var reader = new StreamReader(stream);
            Assert.Equal(old, Encoding.ASCII.GetString(start) + await reader.ReadToEndAsync());
        }
        catch (StoreChangedException)
        {
            // A store may as well tell that the file was replaced.
        }
    }

    [Fact]
    public async Task A_file_being_written_is_not_there_until_it_is_whole()
    {
        var content = new HeldBack("first half, ", "second half");
        var writing = Store.CreateAsync("archive/abc.csv", content);
        await content.FirstIsRead;

        Assert.Null(await Store.StatAsync("archive/abc.csv"));
        Assert.Empty(await PathsIn("archive/"));
        await Assert.ThrowsAsync<StoreNotFoundException>(() => Store.OpenReadAsync("archive/abc.csv"));

        content.LetGo();
        await writing;
        Assert.Equal("first half, second half", await TextOf("archive/abc.csv"));
    }

    [Fact]
    public async Task A_file_being_replaced_keeps_its_old_content_until_the_new_is_whole()
    {
        var etag = await Create("archive/abc.csv", "old");
        var content = new HeldBack("new, ", "whole");
        var writing = Store.WriteAsync("archive/abc.csv", content, etag);
        await content.FirstIsRead;

        Assert.Equal("old", await TextOf("archive/abc.csv", etag));

        content.LetGo();
        await writing;
        Assert.Equal("new, whole", await TextOf("archive/abc.csv"));
    }

    [Fact]
    public async Task A_change_while_the_new_content_is_still_coming_in_is_noticed()
    {
        var etag = await Create("archive/abc.csv", "old");
        var content = new HeldBack("late, ", "too late");
        var writing = Store.WriteAsync("archive/abc.csv", content, etag);
        await content.FirstIsRead;
        await Write("archive/abc.csv", "quick", etag);
        content.LetGo();

        await Assert.ThrowsAsync<StoreChangedException>(() => writing);
        Assert.Equal("quick", await TextOf("archive/abc.csv"));
    }

    [Fact]
    public async Task A_content_that_breaks_off_is_not_written_and_its_error_comes_out_as_it_is()
    {
        var etag = await Create("reports/index.html", "old");

        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.CreateAsync("archive/abc.csv", new BrokenOff()));
        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.WriteAsync("reports/index.html", new BrokenOff(), etag));

        Assert.Null(await Store.StatAsync("archive/abc.csv"));
        Assert.Equal("old", await TextOf("reports/index.html", etag));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_does_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.CreateAsync("archive/abc.csv", Content("x"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync("archive/abc.csv", Content("x"), null, cancelled));

        Assert.Null(await Store.StatAsync("archive/abc.csv"));
    }

    [Fact]
    public async Task A_listing_is_in_ordinal_order_of_whole_paths()
    {
        string[] names = ["b.csv", "a/b/c.csv", "a/b.csv", "a.csv", "a-b/x.csv", "a0/x.csv", "A/x.csv", "a/b-c.csv", ".hidden/.file",
            "é.csv", "a b.csv", "a!/x.csv"];
        foreach (var name in names)
            await Create($"submissions/{name}", name);

        Assert.Equal(names.Select(name => $"submissions/{name}").Order(StringComparer.Ordinal), await PathsIn("submissions/"));
    }

    [Fact]
    public async Task A_prefix_may_end_within_a_name()
    {
        foreach (var name in (string[])["a/outcomes.csv", "a/outcomes-2.csv", "a/hours.csv", "a-b/outcomes.csv", "ab/outcomes.csv",
            "b/outcomes.csv"])
            await Create($"submissions/{name}", "x");

        Assert.Equal(["submissions/a/outcomes-2.csv", "submissions/a/outcomes.csv"], await PathsIn("submissions/a/outcomes"));
        Assert.Equal(["submissions/a-b/outcomes.csv", "submissions/a/hours.csv", "submissions/a/outcomes-2.csv",
            "submissions/a/outcomes.csv", "submissions/ab/outcomes.csv"], await PathsIn("submissions/a"));
        Assert.Equal(["submissions/a/hours.csv", "submissions/a/outcomes-2.csv", "submissions/a/outcomes.csv"],
            await PathsIn("submissions/a/"));
        Assert.Equal(["submissions/b/outcomes.csv"], await PathsIn("submissions/b/outcomes.csv"));
    }

    [Fact]
    public async Task A_listing_knows_nothing_of_other_containers_and_is_empty_where_nothing_was_written()
    {
        await Create("archive/abc.csv", "x");
        await Create("archive-old/abc.csv", "x");

        Assert.Equal(["archive/abc.csv"], await PathsIn("archive/"));
        Assert.Empty(await PathsIn("submissions/"));
        Assert.Empty(await PathsIn("archive/abc.csv/"));
        Assert.Empty(await PathsIn("archive/x/y/z"));
    }

    [Fact]
    public async Task A_listing_says_of_each_file_what_stat_says()
    {
        await Create("archive/one.csv", "1");
        await Write("archive/one.csv", "one");
        await Create("archive/two.csv", "22");

        await foreach (var listed in Store.ListAsync("archive/"))
            Assert.Equal(await Store.StatAsync(listed.Path), listed);
    }

    [Fact]
    public async Task Files_may_be_written_while_a_listing_goes_on()
    {
        foreach (var number in Enumerable.Range(0, 10))
            await Create($"archive/{number}/x.csv", "x");

        var listed = new List<string>();
        await foreach (var file in Store.ListAsync("archive/"))
        {
            await Create(file.Path + ".seen", "x");
            listed.Add(file.Path);
        }

        Assert.Equal(10, listed.Count(path => path.EndsWith("x.csv", StringComparison.Ordinal)));
        Assert.Equal(20, (await PathsIn("archive/")).Count(path => !path.EndsWith(".seen.seen", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("archive")]
    [InlineData("archive/")]
    [InlineData("/abc.csv")]
    [InlineData("/archive/abc.csv")]
    [InlineData("archive//abc.csv")]
    [InlineData("archive/abc.csv/")]
    [InlineData("archive/./abc.csv")]
    [InlineData("archive/../abc.csv")]
    [InlineData("archive/a/../../../abc.csv")]
    [InlineData("archive/..")]
    [InlineData("../abc.csv")]
    [InlineData("./abc.csv")]
    [InlineData(".writing/abc.csv")]
    [InlineData("Archive/abc.csv")]
    [InlineData("C:/abc.csv")]
    [InlineData("archive/a\0.csv")]
    public async Task A_path_that_means_another_file_than_it_says_is_refused_and_not_repeated(string path)
    {
        var refusals = new[]
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Store.StatAsync(path)),
            await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenReadAsync(path)),
            await Assert.ThrowsAsync<ArgumentException>(() => Create(path, "x")),
            await Assert.ThrowsAsync<ArgumentException>(() => Write(path, "x")),
        };

        Assert.All(refusals, refusal => Assert.DoesNotContain("abc", refusal.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(@"archive/a\b.csv")]
    [InlineData(@"archive/..\..\b.csv")]
    public async Task A_backslash_is_never_written(string path)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Create(path, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => Write(path, "x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("archive")]
    [InlineData("/")]
    [InlineData("../")]
    [InlineData("archive/../")]
    [InlineData("archive//a")]
    [InlineData("archive/./a")]
    [InlineData("archive/a\0")]
    public async Task A_listing_starts_from_a_container(string prefix) =>
        await Assert.ThrowsAsync<ArgumentException>(() => PathsIn(prefix));

    protected static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    protected Task<string> Create(string path, string text) => Store.CreateAsync(path, Content(text));

    protected Task<string> Write(string path, string text, string? ifMatch = null) => Store.WriteAsync(path, Content(text), ifMatch);

    protected async Task<string> TextOf(string path, string? ifMatch = null)
    {
        await using var stream = await Store.OpenReadAsync(path, ifMatch);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    protected async Task<List<string>> PathsIn(string prefix)
    {
        var paths = new List<string>();
        await foreach (var file in Store.ListAsync(prefix))
            paths.Add(file.Path);
        return paths;
    }

    private async Task<byte[]> BytesOf(string path)
    {
        await using var stream = await Store.OpenReadAsync(path);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>A content whose second half comes when the test says so.</summary>
    private sealed class HeldBack(string first, string second) : MemoryStream(Encoding.UTF8.GetBytes(first + second))
    {
        private readonly TaskCompletionSource _firstIsRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task FirstIsRead => _firstIsRead.Task;

        public void LetGo() => _letGo.SetResult();

        // The other overload and the copying come down to this one, or must not be used on a content of unknown length.
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == 0)
                return Read(buffer.Span[..first.Length]);
            _firstIsRead.TrySetResult();
            await _letGo.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            return Read(buffer.Span);
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var buffer = new byte[bufferSize];
            int read;
            while ((read = await ReadAsync(buffer, cancellationToken)) > 0)
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private sealed class BrokenOff() : MemoryStream(new byte[1000])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == 0 ? ValueTask.FromResult(Read(buffer.Span[..100])) : throw new EndOfStreamException();

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Task.FromException(new EndOfStreamException());
    }
}
