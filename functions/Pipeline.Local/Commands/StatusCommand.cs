using System.CommandLine;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Stores;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>status</c>: what has come, what has not, and what waits to be refreshed.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandOutput screen)
    {
        var quarter = new Argument<string?>("QUARTER") { Description = "Show each contract of this quarter, such as 2025-26-Q1.", Arity = ArgumentArity.ZeroOrOne };
        var workspace = CommonOptions.Workspace();
        var json = CommonOptions.Json();
        var command = new PipelineCommand(
            "status",
            "Shows what the workspace knows: which returns have come, which are late or missing, and when they are due.",
            example: "pipeline status 2025-26-Q1")
        {
            quarter, workspace, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using var opened = Workspace.Existing(parsed.GetRequiredValue(workspace), TimeProvider.System);
            var known = await opened.Changes.KnownQuartersAsync(cancel);
            if (parsed.GetValue(quarter) is { } asked)
                known = Quarter.TryParse(asked, out var one) && known.Contains(one)
                    ? [one]
                    : throw new WrongUseException($"Nothing is known of this quarter. Known are: {(known.Count == 0 ? "none yet" : string.Join(", ", known))}. See: pipeline status");
            var register = await opened.Reference.RegisterAsync(cancel);
            var quarters = new List<QuarterStatus>();
            foreach (var each in known)
            {
                if (register is not null)
                    quarters.Add(await QuarterStatus.ReadAsync(opened, register, each, cancel));
            }

            if (parsed.GetValue(json))
                screen.Json(new StatusReport(quarters));
            else if (quarters.Count == 0)
                screen.People.MarkupLine("Nothing has been taken in for any quarter yet. Take files in with [bold]pipeline run INPUT[/].");
            else if (parsed.GetValue(quarter) is null)
                Print(quarters, screen.People);
            else
                Print(quarters[0], screen.People);
            return Exit.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<QuarterStatus> quarters, IAnsiConsole people)
    {
        var table = OutputStyle.Table(["Quarter", ">Contracts", .. ReturnStates.All.Select(state => ">" + state), "Waiting"]);
        table.Columns[0].NoWrap();
        foreach (var quarter in quarters)
        {
            var states = quarter.Contracts.SelectMany(c => c.Returns).CountBy(r => r.State).ToDictionary();
            table.AddRow([
                quarter.Quarter.ToString(), OutputStyle.Number(quarter.Contracts.Count),
                .. ReturnStates.All.Select(state => OutputStyle.Number(states.GetValueOrDefault(state))),
                quarter.IsUpToDate ? "[green]nothing[/]" : quarter.Waiting.Count == 0 ? "[yellow]everything[/]" : $"[yellow]{OutputStyle.Count(quarter.Waiting.Count, "contract")}[/]"]);
        }

        people.Write(table);
        people.MarkupLine("Next: [bold]pipeline status QUARTER[/] shows each contract.");
    }

    private static void Print(QuarterStatus quarter, IAnsiConsole people)
    {
        var table = OutputStyle.Table("Contract", "Due", ">Received", ">Nil", "Late, rejected or missing");
        table.Columns[0].NoWrap();
        table.Columns[1].NoWrap();
        foreach (var contract in quarter.Contracts)
        {
            var states = contract.Returns.GroupBy(r => r.State).ToDictionary(s => s.Key, s => s.Select(r => r.Dataset).ToList());
            var toChase = ReturnStates.ToChase.Where(states.ContainsKey).Select(state => $"{OutputStyle.State(state)} {(states[state].Count == Dataset.Returns.Count ? "everything" : string.Join(", ", states[state]))}").ToList();
            table.AddRow([
                contract.Contract.ToString(),
                contract.DueOn is { } due ? OutputStyle.Day(due) : "-",
                .. new[] { "received", "nil" }.Select(state => OutputStyle.Number(states.GetValueOrDefault(state)?.Count ?? 0)),
                contract.Returns.Count == 0 ? "[yellow]not refreshed yet[/]" : toChase.Count == 0 ? "[green]nothing[/]" : string.Join("; ", toChase)]);
        }

        people.Heading(quarter.Quarter.ToString());
        people.Write(table);
        if (!quarter.IsUpToDate)
            people.MarkupLine($"[yellow]Not all is in it yet.[/] {(quarter.Waiting.Count == 0 ? "Every contract waits" : $"{string.Join(", ", quarter.Waiting)} {(quarter.Waiting.Count == 1 ? "waits" : "wait")}")} to be refreshed by the next [bold]pipeline run[/].");
    }
}

/// <summary>What <c>status --json</c> prints.</summary>
public sealed record StatusReport(IReadOnlyList<QuarterStatus> Quarters);

/// <param name="IsUpToDate">Whether nothing waits to be refreshed.</param>
/// <param name="Waiting">The contracts that wait to be refreshed; when it is not up to date and this is empty, all of them.</param>
/// <param name="Contracts">Those active in the quarter, in the order of their ids.</param>
public sealed record QuarterStatus(Quarter Quarter, bool IsUpToDate, IReadOnlyList<ContractId> Waiting, IReadOnlyList<ContractStatus> Contracts)
{
    internal static async Task<QuarterStatus> ReadAsync(Workspace workspace, Register register, Quarter quarter, CancellationToken cancel)
    {
        var contracts = new List<ContractStatus>();
        foreach (var contract in register.Contracts.Where(c => c.IsActive(quarter)))
        {
            var states = new Dictionary<string, string>();
            await foreach (var row in workspace.Tables.QueryAsync(ReportingTable.Of<ReturnRow>().Name, $"{quarter}|{contract.Id}", cancel: cancel))
                states.Add(row.Text(nameof(ReturnRow.Dataset)), row.Text(nameof(ReturnRow.State)));
            contracts.Add(new ContractStatus(
                contract.Id,
                contract.Provider,
                register.Due(quarter, contract.Id)?.DueOn,
                [.. Dataset.Returns.Where(d => states.ContainsKey(d.Name)).Select(d => new ReturnState(d.Name, states[d.Name]))]));
        }

        var waiting = await workspace.Changes.OfAsync(quarter, cancel);
        return new QuarterStatus(quarter, waiting is null, waiting?.Contracts ?? [], contracts);
    }
}

/// <param name="DueOn">Null when the calendar does not say.</param>
/// <param name="Returns">None before the first refresh.</param>
public sealed record ContractStatus(ContractId Contract, ProviderId Provider, DateOnly? DueOn, IReadOnlyList<ReturnState> Returns);
