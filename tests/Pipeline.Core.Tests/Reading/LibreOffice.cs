using System.Diagnostics;

namespace Pipeline.Core.Tests.Reading;

/// <summary>
/// A spreadsheet as people have it (Debian's <c>libreoffice-calc</c>). One start of it takes seconds, so that each handles many files.
/// </summary>
internal static class LibreOffice
{
    private const string Program = "/usr/bin/soffice";

    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Opens each file of a folder and saves it as another kind.</summary>
    /// <param name="folder">Where the files are; what they are saved as is put beside them.</param>
    /// <param name="from">The ending of the files.</param>
    /// <param name="to">The ending of what they are saved as, and how: <c>csv:"Text - txt - csv (StarCalc)":44,34,76</c>.</param>
    /// <param name="how">How the files are read; null: as they are.</param>
    /// <param name="into">Where to put them instead.</param>
    public static void Convert(string folder, string from, string to, string? how = null, string? into = null)
    {
        string profile = Directory.CreateTempSubdirectory("pipeline-office-").FullName;
        try
        {
            var start = new ProcessStartInfo(Program)
                { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string argument in (string[])["--headless", $"-env:UserInstallation=file://{profile}", "--convert-to", to, "--outdir",
                into ?? folder, .. how is null ? Array.Empty<string>() : ["--infilter=" + how]])
                start.ArgumentList.Add(argument);
            foreach (string file in Directory.GetFiles(folder, "*." + from).Order(StringComparer.Ordinal))
                start.ArgumentList.Add(Path.GetFileName(file));
            using var program = Process.Start(start)!;
            _ = program.StandardError.ReadToEndAsync();
            string output = program.StandardOutput.ReadToEnd();
            program.WaitForExit();
            Assert.True(program.ExitCode == 0, output);
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}

/// <summary>A test that needs LibreOffice. Where CI runs it must be there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibreOfficeFactAttribute : FactAttribute
{
    public LibreOfficeFactAttribute()
    {
        if (!LibreOffice.IsInstalled && Environment.GetEnvironmentVariable("CI") is null or "")
            Skip = "LibreOffice is not installed: apt-get install libreoffice-calc";
    }
}
