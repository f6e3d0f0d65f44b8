using System.CommandLine;
using Pipeline.Local.Workspaces;
using Pipeline.Steps;

namespace Pipeline.Local.Commands;

/// <summary>Which pipeline a command is about: a workspace on this machine, or the one on Azure.</summary>
internal sealed class PipelineOptions
{
    private readonly Option<string> _workspace = CommonOptions.Workspace();

    private readonly Option<bool> _azure = new("--azure")
        { Description = "Of the pipeline on Azure instead, as whoever is signed in with az login." };

    private readonly Option<string[]> _accounts = new("--account")
    {
        Description =
            "With --azure: a storage account, such as records=NAME; else that of the environment (RECORDS_ACCOUNT) or of azd env "
            + "get-values.",
        HelpName = "KIND=NAME",
    };

    private readonly Option<string?> _environment = new("--environment")
        { Description = "With --azure: the environment of azd; else the one that it has selected.", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_workspace, _azure, _accounts, _environment])
            command.Add(option);
    }

    /// <exception cref="WrongUseException">There is no such pipeline.</exception>
    public OpenedPipeline Open(ParseResult parsed, TimeProvider clock)
    {
        if (parsed.GetValue(_azure))
            return new OpenedPipeline(AzureWorkspace.Open(parsed.GetValue(_accounts) ?? [], parsed.GetValue(_environment), clock), null);
        if (parsed.GetValue(_accounts) is { Length: > 0 } || parsed.GetValue(_environment) is not null)
            throw new WrongUseException("--account and --environment are of the pipeline on Azure. Add --azure.");
        var workspace = Workspace.Existing(parsed.GetRequiredValue(_workspace), clock);
        return new OpenedPipeline(workspace, workspace);
    }
}

/// <param name="steps">Over its stores.</param>
/// <param name="workspace">The one on this machine; null on Azure.</param>
internal sealed class OpenedPipeline(AllSteps steps, Workspace? workspace) : IDisposable
{
    public AllSteps Steps => steps;

    public Workspace? Workspace => workspace;

    /// <summary>Waits until no other process takes files in.</summary>
    /// <returns>Null on Azure, where writers do not wait for one another.</returns>
    public async Task<IDisposable?> TurnAsync(Action<string> waiting, CancellationToken cancel) =>
        workspace is null ? null : await workspace.TurnAsync(waiting, cancel);

    public void Dispose() => workspace?.Dispose();
}
