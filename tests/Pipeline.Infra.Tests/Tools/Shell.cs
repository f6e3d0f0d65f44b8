namespace Pipeline.Infra.Tests.Tools;

/// <summary>A test that runs a shell script, which Windows does not.</summary>
internal sealed class ShellFactAttribute : FactAttribute
{
    public ShellFactAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no sh on Windows." : null;
}

/// <summary>The same with examples.</summary>
internal sealed class ShellTheoryAttribute : TheoryAttribute
{
    public ShellTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no sh on Windows." : null;
}
