using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pipeline.Infra.Tests.Tools;

/// <summary>Microsoft's compiler of Bicep, as the package brings it.</summary>
internal static class BicepCompiler
{
    /// <summary>A warning is an error here: a misspelt property is no more than that to the compiler, and never arrives.</summary>
    public static IReadOnlyList<string> Problems(string file) =>
    [
        .. Lines(Run("build", PathOf(file), "--stdout")),
        .. Lines(Run("lint", PathOf(file))),
    ];

    /// <summary>What a deployment with these parameters would make, without asking Azure.</summary>
    /// <param name="file">A file of Bicep, from the repository's root.</param>
    /// <param name="parameters">Lines of a parameter file.</param>
    public static Deployment Snapshot(string file, string parameters)
    {
        // A parameter file finds its template by a relative path.
        string folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "snapshots", Guid.NewGuid().ToString("N")))
            .FullName;
        try
        {
            string parameterFile = Path.Combine(folder, "main.bicepparam");
            string template = Path.GetRelativePath(folder, PathOf(file)).Replace('\\', '/');
            File.WriteAllText(parameterFile, $"using '{template}'\n{parameters}\n");
            // Who deploys to a subscription says where; who deploys to a group says which.
            string[] target = template.EndsWith("/main.bicep", StringComparison.Ordinal) ? ["--location", "uksouth"]
                : ["--resource-group", "rg-test"];
            var run = Run(
                ["snapshot", parameterFile, "--subscription-id", Deployment.Subscription, "--tenant-id", Deployment.Tenant,
                    "--deployment-name", "test", .. target]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            return Deployment.Parse(File.ReadAllText(Path.Combine(folder, "main.snapshot.json")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The parameters of a file, and whether each has a default.</summary>
    public static IReadOnlyDictionary<string, bool> Parameters(string file)
    {
        using var template = Template(file);
        return template.RootElement.GetProperty("parameters").EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.TryGetProperty("defaultValue", out _));
    }

    /// <summary>The template that Azure is sent.</summary>
    public static JsonDocument Template(string file) => JsonDocument.Parse(Run("build", PathOf(file), "--stdout").Output);

    private static string PathOf(string file) => Path.IsPathRooted(file) ? file : Repository.PathOf(file);

    private static ToolResult Run(params string[] arguments)
    {
        string program = typeof(BicepCompiler).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "BicepPath")
            .Value!.Replace('\\', '/');
        // NuGet unpacks it for its owner alone to run, or not at all.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        return Tool.Run(program, arguments);
    }

    private static IEnumerable<string> Lines(ToolResult run) =>
        run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Concat(run.ExitCode == 0 ? [] : [$"The compiler ended with {run.ExitCode}."]);

    /// <summary>The package has the compiler of Linux on x64, which CI runs on.</summary>
    public static string? NotHere =>
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 ? null
            : "The compiler of Bicep is there for Linux on x64.";
}

/// <summary>A test that runs the compiler of Bicep.</summary>
internal sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = BicepCompiler.NotHere;
}

/// <summary>The same with examples.</summary>
internal sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = BicepCompiler.NotHere;
}
