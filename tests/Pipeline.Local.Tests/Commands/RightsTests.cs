using System.Runtime.Versioning;

namespace Pipeline.Local.Tests.Commands;

/// <summary>What a workspace and its backup hold is for their owner's eyes alone.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RightsTests : IDisposable
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [UnixFact]
    public async Task No_file_or_folder_is_open_to_others()
    {
        SampleInput.Write(_temp.At("input"), SampleInput.All);
        foreach (string[] args in (string[][])[["run", _temp.At("input")], ["pay", "prepare", SampleInput.Quarter, "--by", "Ann Price"],
            ["backup", _temp.At("new/backup")]])
            Assert.Equal(0, (await Cli.RunAsync([.. args, "--workspace", _temp.At("far/off/workspace"), "--today", "2025-07-15"])).Exit);

        var made = new[] { "far", "new" }.SelectMany(folder => Directory.EnumerateFileSystemEntries(_temp.At(folder), "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Append(_temp.At(folder))).ToList();
        Assert.Contains(_temp.At("far/off/workspace/tables.db"), made);
        Assert.Contains(_temp.At("new/backup/tables.db"), made);
        Assert.All(made, path => Assert.Equal((path, UnixFileMode.None), (path, File.GetUnixFileMode(path) & Others)));
    }
}
