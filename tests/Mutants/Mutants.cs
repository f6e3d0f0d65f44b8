#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Makes the deliberate mistakes of mutants.json one after the other, each in a copy of the repository, and has the tests look for them:
//
//   dotnet run tests/Mutants/Mutants.cs              all of them
//   dotnet run tests/Mutants/Mutants.cs -- ETag      those whose name has this, or one of these, in it
//
// It ends with 0 when a test fails for every mistake. A mistake that does not compile is caught by nobody.
//
// dotnet-stryker 5.1 does not take its place: tried on the core it made 7,784 mutants, dropped whole files of them because they no longer
// compiled, and had tested none after a quarter of an hour.
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

string root = Directory.GetCurrentDirectory();
if (!File.Exists(Path.Join(root, "Pipeline.sln")))
{
    Console.Error.WriteLine("Run this in the root of the repository.");
    return 2;
}

using var list = JsonDocument.Parse(File.ReadAllText(Path.Join(root, "tests/Mutants/mutants.json")));
var mutants = list.RootElement.EnumerateArray()
    .Select(m => new Mutant(Text(m, "name"), Text(m, "file"), Text(m, "text"), Text(m, "replacement"), Text(m, "tests"), Text(m, "filter")))
    .Where(m => args.Length == 0 || args.Any(part => m.Name.Contains(part, StringComparison.OrdinalIgnoreCase))).ToList();
string copy = Directory.CreateTempSubdirectory("mutants-").FullName;
try
{
    // What git knows, as it is now.
    foreach (string file in Run(root, "git", "ls-files", "--cached", "--others", "--exclude-standard").Output.Split('\n',
        StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Join(root, f))))
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(copy, file))!);
        File.Copy(Path.Join(root, file), Path.Join(copy, file));
    }

    foreach (var tests in mutants.GroupBy(m => m.Tests))
    {
        Console.WriteLine($"Without a mistake: {tests.Key}");
        if (Build(tests.Key) is { Exit: not 0 } failed)
            return Stop(failed);
        // A test that fails anyway would catch everything.
        if (Test(tests.Key, string.Join('|', tests.Select(m => "FullyQualifiedName~" + m.Filter).Distinct())) is { Exit: not 0 } broken)
            return Stop(broken);
    }

    int caught = 0;
    foreach (var mutant in mutants)
    {
        string outcome = Try(mutant);
        caught += outcome == "caught" ? 1 : 0;
        Console.WriteLine($"{outcome,-16}{mutant.Name}");
    }

    Console.WriteLine($"{caught} of {mutants.Count} caught");
    return caught == mutants.Count ? 0 : 1;
}
finally
{
    Directory.Delete(copy, recursive: true);
}

string Try(Mutant mutant)
{
    string file = Path.Join(copy, mutant.File);
    string original = File.ReadAllText(file);
    int at = original.IndexOf(mutant.Text, StringComparison.Ordinal);
    if (at < 0 || at != original.LastIndexOf(mutant.Text, StringComparison.Ordinal))
        return "not applicable";
    // Only the project with the mistake is built, and put beside the tests that were built without it.
    string project = string.Join('/', mutant.File.Split('/')[..2]);
    string assembly = project.EndsWith(".Local", StringComparison.Ordinal) ? "pipeline.dll" : Path.GetFileName(project) + ".dll";
    string beside = Path.Join(copy, mutant.Tests, "bin/Debug/net10.0", assembly);
    byte[] sound = File.ReadAllBytes(beside);
    try
    {
        File.WriteAllText(file, original[..at] + mutant.Replacement + original[(at + mutant.Text.Length)..]);
        if (Build(project, "--no-dependencies", "--no-restore").Exit != 0)
            return "DOES NOT BUILD";
        File.Copy(Path.Join(copy, project, "bin/Debug/net10.0", assembly), beside, overwrite: true);
        var tested = Test(mutant.Tests, "FullyQualifiedName~" + mutant.Filter);
        return tested.Exit == 0 ? "SURVIVED" : tested.Exit < 0 || Regex.IsMatch(tested.Output, @"Failed: +[1-9]")
            ? "caught" : "NO TEST RAN";
    }
    finally
    {
        File.WriteAllText(file, original);
        File.WriteAllBytes(beside, sound);
    }
}

// Mistakes leave things unused, which is no reason not to build them.
(int Exit, string Output) Build(string project, params string[] options) =>
    Run(copy, "dotnet", ["build", project, "-v", "q", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", .. options]);

(int Exit, string Output) Test(string project, string filter) =>
    Run(copy, "dotnet", "test", $"{project}/bin/Debug/net10.0/{Path.GetFileName(project)}.dll", "--filter", filter);

static int Stop((int Exit, string Output) failed)
{
    Console.Error.WriteLine(failed.Output);
    return 2;
}

// Exit is negative when it took so long that it has to be an endless loop.
static (int Exit, string Output) Run(string folder, string command, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(command, arguments)
        { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
    var output = process.StandardOutput.ReadToEndAsync();
    var error = process.StandardError.ReadToEndAsync();
    if (!process.WaitForExit(TimeSpan.FromMinutes(20)))
    {
        process.Kill(entireProcessTree: true);
        return (-1, "");
    }

    return (process.ExitCode, output.Result + error.Result);
}

static string Text(JsonElement mutant, string property) => mutant.GetProperty(property).GetString()!;

/// <param name="Name">The mistake in words.</param>
/// <param name="File">Where it is made.</param>
/// <param name="Text">What stands there, once.</param>
/// <param name="Replacement">What stands there instead.</param>
/// <param name="Tests">The project whose tests find it.</param>
/// <param name="Filter">Which of its tests: a part of their names, or several with <c>|FullyQualifiedName~</c> between them.</param>
internal sealed record Mutant(string Name, string File, string Text, string Replacement, string Tests, string Filter);
