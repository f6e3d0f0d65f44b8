using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Pipeline.Local.Stores;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Local.Tests.Stores;

public sealed class FolderFileStoreTests : FileStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();

    public FolderFileStoreTests() => Store = new FolderFileStore(_folder.At("workspace"));

    protected override IFileStore Store { get; }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_path_is_a_file_below_the_root()
    {
        await Create("receipts/a/b/v1.json", "{}");

        Assert.Equal("{}", await File.ReadAllTextAsync(At("receipts", "a", "b", "v1.json")));
    }

    [Fact]
    public async Task Writing_leaves_no_draft_behind_whether_it_succeeds_or_fails()
    {
        var etag = await Create("archive/abc.csv", "x");
        await Write("archive/abc.csv", "y", etag);
        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Create("archive/abc.csv", "z"));
        await Assert.ThrowsAsync<StoreChangedException>(() => Write("archive/abc.csv", "z", etag));
        await Assert.ThrowsAsync<IOException>(() => Store.CreateAsync("archive/other.csv", new Unreadable()));
        await File.WriteAllTextAsync(At("wall"), "");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Create("wall/abc.csv", "x"));

        Assert.Empty(Drafts());
    }

    [Fact]
    public async Task A_lost_race_leaves_no_draft_behind()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
            Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await Create("archive/contested.csv", $"{writer}");
                throw new StoreAlreadyExistsException("One of them wins.");
            }))));

        Assert.Empty(Drafts());
    }

    [Fact]
    public async Task A_killed_processs_drafts_are_removed_an_hour_later_and_nobody_elses()
    {
        await Create("archive/abc.csv", "x");
        await Write("archive/abc.csv", "y");
        foreach (var name in (string[])["old.draft", "young.draft", "lock"])
            await File.WriteAllTextAsync(At(".writing", name), "half");
        File.SetLastWriteTimeUtc(At(".writing", "old.draft"), DateTime.UtcNow.AddMinutes(-61));
        File.SetLastWriteTimeUtc(At(".writing", "young.draft"), DateTime.UtcNow.AddMinutes(-59));
        File.SetLastWriteTimeUtc(At(".writing", "lock"), DateTime.UtcNow.AddDays(-1));

        _ = new FolderFileStore(At());

        Assert.Equal(["lock", "young.draft"], Directory.GetFiles(At(".writing")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_store_that_is_only_read_makes_no_folder()
    {
        Assert.Empty(await PathsIn("submissions/"));
        Assert.Null(await Store.StatAsync("submissions/a.csv"));

        Assert.False(Directory.Exists(At()));
    }

    [Fact]
    public async Task Two_stores_on_one_folder_are_one_store()
    {
        var other = new FolderFileStore(At());
        var etag = await Create("reports/count.txt", "0");
        Assert.Equal(etag, (await other.StatAsync("reports/count.txt"))!.ETag);
        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => other.CreateAsync("reports/count.txt", Content("1")));

        await Task.WhenAll(((IFileStore[])[Store, other, Store, other]).Select(store => Task.Run(async () =>
        {
            for (var added = 0; added < 10;)
            {
                try
                {
                    var seen = (await store.StatAsync("reports/count.txt"))!.ETag;
                    using var reader = new StreamReader(await store.OpenReadAsync("reports/count.txt", seen));
                    var count = int.Parse(await reader.ReadToEndAsync());
                    await store.WriteAsync("reports/count.txt", Content($"{count + 1}"), seen);
                    added++;
                }
                catch (StoreChangedException)
                {
                    // Another was quicker: read again.
                }
            }
        })));

        Assert.Equal("40", await TextOf("reports/count.txt"));
    }

    [Fact]
    public async Task Another_processs_lock_is_waited_for()
    {
        var etag = await Create("reports/index.html", "one");
        Task<string> writing;
        await using (new FileStream(At(".writing", "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            writing = Write("reports/index.html", "two", etag);
            await Task.Delay(30);
            Assert.False(writing.IsCompleted);
            Assert.Equal("one", await TextOf("reports/index.html", etag));
        }

        Assert.Equal("two", await TextOf("reports/index.html", await writing));
    }

    [Fact]
    public async Task A_replacement_carries_a_later_time_even_when_the_clock_went_back()
    {
        await Create("reports/index.html", "one");
        var ahead = DateTime.UtcNow.AddHours(1);
        File.SetLastWriteTimeUtc(At("reports", "index.html"), ahead);
        var before = (await Store.StatAsync("reports/index.html"))!;

        var etag = await Write("reports/index.html", "two", before.ETag);

        var after = (await Store.StatAsync("reports/index.html"))!;
        Assert.Equal(etag, after.ETag);
        Assert.NotEqual(before.ETag, etag);
        Assert.True(after.LastModified > before.LastModified);
    }

    [UnixFact]
    public async Task A_file_changed_in_place_while_it_is_read_is_noticed_at_its_end_at_the_latest()
    {
        var path = await Submitted(new string('a', 300_000));
        var etag = (await Store.StatAsync("submissions/a.csv"))!.ETag;

        foreach (var change in (Action<FileStream>[])[
            file => file.Write(new byte[100]),
            file => file.Seek(-1, SeekOrigin.End),
            file => file.SetLength(200_000),
            file => file.SetLength(0),
            file => file.SetLength(400_000)])
        {
            await using var stream = await Store.OpenReadAsync("submissions/a.csv", etag);
            await stream.ReadExactlyAsync(new byte[1000]);
            await using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0))
            {
                change(writer);
                writer.WriteByte((byte)'b');
            }
            await Assert.ThrowsAsync<StoreChangedException>(() => stream.CopyToAsync(Stream.Null));
            await Assert.ThrowsAsync<StoreChangedException>(() => Store.OpenReadAsync("submissions/a.csv", etag));

            await Submitted(new string('a', 300_000));
            etag = (await Store.StatAsync("submissions/a.csv"))!.ETag;
        }
    }

    [UnixFact]
    public async Task A_young_file_is_left_alone_until_its_next_change_must_carry_another_time()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var path = await Submitted("first..");
            var etag = (await Store.StatAsync("submissions/a.csv"))!.ETag;
            var opening = Store.OpenReadAsync("submissions/a.csv", etag);

            // The second write has the length of the first and falls into the same tick of the clock.
            var tick = File.GetLastWriteTimeUtc(path);
            await File.WriteAllTextAsync(path, "second.");
            File.SetLastWriteTimeUtc(path, tick);
            bool isTooLate = opening.IsCompleted;
            Stream opened;
            try
            {
                opened = await opening;
            }
            catch (StoreChangedException)
            {
                // It looked between the write and the setting of its time.
                continue;
            }

            if (isTooLate)
            {
                // This machine was too slow for the case.
                await opened.DisposeAsync();
                continue;
            }

            using var reader = new StreamReader(opened);
            Assert.Equal("second.", await reader.ReadToEndAsync());
            Assert.Equal(etag, (await Store.StatAsync("submissions/a.csv"))!.ETag);
            return;
        }
        Assert.Fail("No opening waited.");
    }

    [UnixFact]
    public async Task A_file_replaced_while_it_is_read_is_read_to_its_old_end()
    {
        var etag = await Create("archive/abc.csv", "old content");
        await using var stream = await Store.OpenReadAsync("archive/abc.csv", etag);
        await Write("archive/abc.csv", "new");

        using var reader = new StreamReader(stream);
        Assert.Equal("old content", await reader.ReadToEndAsync());
    }

    [UnixFact]
    public async Task Symbolic_links_are_no_files_of_the_store()
    {
        var outside = _folder.At("outside");
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Join(outside, "secret.csv"), "secret");
        await Create("submissions/inside/a.csv", "x");
        File.CreateSymbolicLink(At("submissions", "file.csv"), Path.Join(outside, "secret.csv"));
        File.CreateSymbolicLink(At("submissions", "within.csv"), At("submissions", "inside", "a.csv"));
        File.CreateSymbolicLink(At("submissions", "dangling.csv"), Path.Join(outside, "nothing.csv"));
        Directory.CreateSymbolicLink(At("submissions", "folder"), outside);
        Directory.CreateSymbolicLink(At("submissions", "loop"), At("submissions"));
        Directory.CreateSymbolicLink(At("reviews"), outside);

        Assert.Equal(["submissions/inside/a.csv"], await PathsIn("submissions/"));
        Assert.Empty(await PathsIn("reviews/"));
        Assert.Empty(await PathsIn("submissions/folder/"));
        foreach (var path in (string[])["submissions/file.csv", "submissions/within.csv", "submissions/dangling.csv",
            "submissions/folder/secret.csv", "reviews/secret.csv"])
        {
            Assert.Null(await Store.StatAsync(path));
            await Assert.ThrowsAsync<StoreNotFoundException>(() => Store.OpenReadAsync(path));
        }
    }

    [UnixFact]
    public async Task Nothing_is_written_through_a_symbolic_link()
    {
        var outside = _folder.At("outside");
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Join(outside, "secret.csv"), "secret");
        await Create("reports/a.html", "x");
        Directory.CreateSymbolicLink(At("reports", "folder"), outside);
        File.CreateSymbolicLink(At("reports", "link.html"), Path.Join(outside, "secret.csv"));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Create("reports/folder/new.html", "x"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Write("reports/folder/secret.csv", "x"));
        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Create("reports/link.html", "x"));
        await Write("reports/link.html", "x");

        Assert.Equal(["secret.csv"], Directory.GetFiles(outside).Select(Path.GetFileName));
        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Join(outside, "secret.csv")));
        Assert.Equal("x", await TextOf("reports/link.html"));
    }

    [UnixFact]
    public async Task Whatever_a_name_is_made_of_it_is_listed_and_can_be_read()
    {
        string[] names = [@"back\slash.csv", @"..\..\up.csv", "new\nline.csv", "tab\t.csv", " leading and trailing ", "...", "-rf",
            "*?.csv", "con", "a:b", "\u202Egpj.csv", "e\u0301.csv", "é.csv", "😀.csv", "\uFFFD.csv", ".hidden", "$(reboot).csv",
            "\"quoted\".csv", new string('x', 255)];
        Directory.CreateDirectory(At("submissions", "odd"));
        foreach (var name in names)
            await File.WriteAllTextAsync(At("submissions", "odd", name), name);

        Assert.Equal(names.Select(name => $"submissions/odd/{name}").Order(StringComparer.Ordinal), await PathsIn("submissions/"));
        foreach (var name in names)
            Assert.Equal(name, await TextOf($"submissions/odd/{name}", (await Store.StatAsync($"submissions/odd/{name}"))!.ETag));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_name_that_is_not_UTF_8_does_not_stop_a_listing()
    {
        await Create("submissions/a.csv", "x");
        await Create("submissions/z.csv", "x");
        // No text of .NET names such a file, so a shell makes it and takes it away.
        await Shell("touch \"$0/$(printf 'latin-\\351.csv')\"");
        try
        {
            Assert.Equal(["submissions/a.csv", "submissions/z.csv"], await PathsIn("submissions/"));
        }
        finally
        {
            await Shell("rm \"$0\"/latin-*");
        }

        async Task Shell(string command)
        {
            using var shell = Process.Start("/bin/sh", ["-c", command, At("submissions")]);
            await shell.WaitForExitAsync();
            Assert.Equal(0, shell.ExitCode);
        }
    }

    [Fact]
    public async Task A_listing_gives_its_first_files_before_it_has_seen_the_last_folders()
    {
        await Create("submissions/a/1.csv", "x");
        await Create("submissions/b/1.csv", "x");

        var listed = new List<string>();
        await foreach (var file in Store.ListAsync("submissions/"))
        {
            listed.Add(file.Path);
            if (listed.Count == 1)
                Directory.Delete(At("submissions", "b"), recursive: true);
        }

        Assert.Equal(["submissions/a/1.csv"], listed);
    }

    [Fact]
    public async Task Where_no_folder_can_be_made_the_store_is_unavailable()
    {
        await File.WriteAllTextAsync(_folder.At("workspace"), "a file where the root should be");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Create("archive/abc.csv", "x"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Write("archive/abc.csv", "x"));
    }

    [UnprivilegedFact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_may_not_be_written_or_read_makes_the_store_unavailable()
    {
        var etag = await Create("archive/abc.csv", "x");
        const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        try
        {
            File.SetUnixFileMode(At("archive"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Create("archive/new.csv", "x"));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Write("archive/abc.csv", "x", etag));
            Assert.Equal("x", await TextOf("archive/abc.csv"));
            Assert.Empty(Drafts());

            File.SetUnixFileMode(At("archive"), UnixFileMode.None);
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.StatAsync("archive/abc.csv"));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.OpenReadAsync("archive/abc.csv"));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => PathsIn("archive/"));
        }
        finally
        {
            File.SetUnixFileMode(At("archive"), all);
        }
    }

    private string At(params string[] names) => _folder.At(["workspace", .. names]);

    private string[] Drafts() => Directory.GetFiles(At(".writing"), "*.draft");

    /// <summary>As a provider's editor saves: in place, without the store.</summary>
    private async Task<string> Submitted(string text)
    {
        Directory.CreateDirectory(At("submissions"));
        await File.WriteAllTextAsync(At("submissions", "a.csv"), text, Encoding.ASCII);
        return At("submissions", "a.csv");
    }

    private sealed class Unreadable : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The sender hung up.");
    }
}
