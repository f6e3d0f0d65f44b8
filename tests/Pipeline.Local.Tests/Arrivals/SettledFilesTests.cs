using Pipeline.Local.Arrivals;
using Pipeline.Local.Stores;
using Pipeline.Local.Tests.Commands;

namespace Pipeline.Local.Tests.Arrivals;

/// <summary>When a file's writer is taken to have finished.</summary>
public sealed class SettledFilesTests : IDisposable
{
    private const string Hours = SampleInput.Acme + "hours.csv";

    private readonly TempFolder _temp = new();
    private readonly SetTicks _clock = new();
    private bool? _hasWriters;

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_file_of_which_nobody_can_tell_who_writes_it_settles_much_longer()
    {
        var arrivals = Arriving();
        Assert.False(await IsThereAsync(arrivals, TimeSpan.Zero));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.Settling));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.LongSettling - (SettledFiles.Settling * 2)));

        // Its writer pauses for nearly as long, and goes on.
        await File.AppendAllTextAsync(_temp.At(Hours), "2025-04,100,80\n");
        Assert.False(await IsThereAsync(arrivals, SettledFiles.Settling));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.LongSettling - SettledFiles.Settling));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.Settling / 2));
        Assert.True(await IsThereAsync(arrivals, SettledFiles.Settling / 2));
    }

    [Fact]
    public async Task A_file_that_nobody_has_open_settles_soon_and_one_that_somebody_has_does_not()
    {
        var arrivals = Arriving();
        _hasWriters = true;
        Assert.False(await IsThereAsync(arrivals, TimeSpan.Zero));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.Settling));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.LongSettling * 2));
        _hasWriters = false;
        Assert.True(await IsThereAsync(arrivals, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(70)]
    [InlineData(110)]
    [InlineData(300)]
    public async Task Files_that_are_found_together_settle_together_however_long_it_takes_to_look_at_each(int milliseconds)
    {
        _hasWriters = false;
        var arrivals = Arriving();
        SampleInput.Write(_temp.Path, SampleInput.Reference);
        // Moves on whenever it is read, so that a file looked at later would seem younger.
        _clock.Step = TimeSpan.FromMilliseconds(milliseconds);

        var settled = new List<int>();
        for (int look = 0; look < 50; look++)
        {
            await arrivals.LookAsync(default);
            settled.Add(arrivals.Settled.Count);
        }

        Assert.Equal([0, 1 + SampleInput.Reference.Count], settled.Distinct());
    }

    [Fact]
    public async Task A_file_that_is_about_to_settle_is_coming_and_not_for_ever()
    {
        _hasWriters = true;
        var arrivals = Arriving();
        await arrivals.LookAsync(default);
        Assert.True(arrivals.IsComing("submissions"));
        Assert.False(arrivals.IsComing("reference"));

        // It goes on being written, which makes it no newer.
        _clock.Now += SettledFiles.Coming / 2;
        await File.AppendAllTextAsync(_temp.At(Hours), "2025-04,100,80\n");
        await arrivals.LookAsync(default);
        Assert.True(arrivals.IsComing("submissions"));
        _clock.Now += (SettledFiles.Coming / 2) + SettledFiles.Settling;
        Assert.False(arrivals.IsComing("submissions"));

        // When it has settled and is written once more, it comes once more.
        _hasWriters = false;
        await arrivals.LookAsync(default);
        Assert.Contains(Hours, arrivals.Settled);
        Assert.False(arrivals.IsComing("submissions"));
        await File.AppendAllTextAsync(_temp.At(Hours), "2025-05,100,80\n");
        await arrivals.LookAsync(default);
        Assert.True(arrivals.IsComing("submissions"));
    }

    [Fact]
    public async Task A_file_of_which_nobody_can_tell_who_writes_it_is_coming_when_it_has_nearly_settled()
    {
        var arrivals = Arriving();
        Assert.False(await IsThereAsync(arrivals, TimeSpan.Zero));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.Settling));
        Assert.False(arrivals.IsComing("submissions"));
        Assert.False(await IsThereAsync(arrivals, SettledFiles.LongSettling - SettledFiles.Coming));
        Assert.True(arrivals.IsComing("submissions"));
        Assert.True(await IsThereAsync(arrivals, SettledFiles.Coming - SettledFiles.Settling));
        Assert.False(arrivals.IsComing("submissions"));
    }

    [Fact]
    public async Task A_file_that_has_no_place_holds_nobody_up()
    {
        var arrivals = new SettledFiles(new FolderFileStore(_temp.Path), _temp.Path, _ => _hasWriters, _clock);
        SampleInput.Write(_temp.Path, [new("reference/.contracts.csv.swp", "x")]);
        await arrivals.LookAsync(default);
        Assert.Equal(["reference/.contracts.csv.swp"], arrivals.Unsettled);
        Assert.False(arrivals.IsComing("reference"));
    }

    [Fact]
    public async Task The_system_tells_of_a_users_own_files()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            return;
        string file = _temp.At("file");
        await using (new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite))
            Assert.True(OpenWriters.Has(file));
        // A process that another test has just started may have it open until it becomes another program.
        for (int looks = 0; looks < 100 && OpenWriters.Has(file) is true; looks++)
            await Task.Delay(50);
        Assert.False(OpenWriters.Has(file));
    }

    [Fact]
    public void The_system_does_not_tell_of_what_is_no_file_on_a_disk()
    {
        // So a network drive answers, too.
        if (OperatingSystem.IsLinux())
            Assert.Null(OpenWriters.Has("/dev/null"));
    }

    private SettledFiles Arriving()
    {
        SampleInput.Write(_temp.Path, [new(Hours, "month,commissioned_hours,delivered_hours\n")]);
        return new SettledFiles(new FolderFileStore(_temp.Path), _temp.Path, _ => _hasWriters, _clock);
    }

    private async Task<bool> IsThereAsync(SettledFiles arrivals, TimeSpan later)
    {
        _clock.Now += later;
        await arrivals.LookAsync(default);
        Assert.Equal(arrivals.Settled.Contains(Hours), await arrivals.StatAsync(Hours) is not null);
        return arrivals.Settled.Contains(Hours);
    }

    private sealed class SetTicks : TimeProvider
    {
        public TimeSpan Now { get; set; }

        /// <summary>How far it moves on when it is read.</summary>
        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (Now += Step).Ticks;
    }
}
