namespace Pipeline.Local.Tests.Commands;

/// <summary>
/// Content that was replaced by other of the same length, and given the same time, is found: on Linux the system tells when a file was
/// changed.
/// </summary>
public sealed class ReplacedContentTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [LinuxFact]
    public async Task Content_of_equal_length_and_time_is_taken_in()
    {
        string path = _temp.At($"workspace/{SampleInput.Acme}outcomes-2.csv");
        await RunAsync(SampleInput.Write(_temp.At("input"), SampleInput.All));
        Directory.CreateDirectory(_temp.At("nothing"));
        await RunAsync(_temp.At("nothing"));
        Assert.Equal(2, Versions());

        string text = await File.ReadAllTextAsync(path);
        var time = File.GetLastWriteTimeUtc(path);
        string other = text.Replace("homeless", "homelesz", StringComparison.Ordinal);
        Assert.NotEqual(text, other);
        await File.WriteAllTextAsync(path, other);
        File.SetLastWriteTimeUtc(path, time);
        await RunAsync(_temp.At("nothing"));
        Assert.Equal(3, Versions());

        // Touched, and back at its time: the bytes are those that were taken in last.
        File.SetLastWriteTimeUtc(path, time.AddDays(1));
        File.SetLastWriteTimeUtc(path, time);
        await RunAsync(_temp.At("nothing"));
        Assert.Equal(3, Versions());
    }

    private int Versions() =>
        Directory.GetFiles(_temp.At($"workspace/{SampleInput.Acme.Replace("submissions/", "receipts/", StringComparison.Ordinal)}outcomes"),
            "v*.html").Length;

    private async Task RunAsync(string input) =>
        await Cli.RunAsync("run", input, "--workspace", _temp.At("workspace"), "--today", "2025-07-15");
}
