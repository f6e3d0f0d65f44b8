using System.CommandLine;
using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Quarters;
using Spectre.Console;
using ReturnState = Pipeline.Steps.Quarters.ReturnState;

namespace Pipeline.Local.Commands;

/// <summary><c>status</c>: what has come, what has not, and what waits to be refreshed.</summary>
internal static class StatusCommand
{
    private static readonly IReadOnlyList<ReturnState> BestFirst =
        [ReturnState.Received, ReturnState.Nil, ReturnState.Late, ReturnState.Rejected, ReturnState.NotDueYet, ReturnState.Overdue];

    /// <summary>Those for which somebody has to do something, most urgent first.</summary>
    private static readonly IReadOnlyList<ReturnState> ToChase =
        [ReturnState.Overdue, ReturnState.Rejected, ReturnState.NotDueYet, ReturnState.Late];

    public static Command Create(CommandOutput screen)
    {
        var quarter = new Argument<string?>("QUARTER")
            { Description = "Show each contract of this quarter, such as 2025-26-Q1.", Arity = ArgumentArity.ZeroOrOne };
        var (pipeline, today, all, json) = (new PipelineOptions(), CommonOptions.Today(), CommonOptions.All(), CommonOptions.Json());
        var command = new PipelineCommand(
            "status",
            "Shows which returns have come, which are late, due or overdue, and who was not heard of.",
            example: "pipeline status 2025-26-Q1")
        {
            quarter, today, all, json,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            var day = LondonDay.Of(clock.GetUtcNow());
            using var opened = pipeline.Open(parsed, clock);
            IReadOnlyList<Quarter> known = [.. (await opened.Steps.Returns.QuartersAsync(day, cancel)).Reverse()];
            if (parsed.GetValue(quarter) is { } asked)
                known = Quarter.TryParse(asked, out var one) && await opened.Steps.Returns.KnowsAsync(one, day, cancel)
                    ? [one]
                    : throw new WrongUseException(
                        $"Nothing is known of this quarter. Known are: {(known.Count == 0 ? "none yet" : string.Join(", ", known))}. See: "
                        + "pipeline status");
            var quarters = new List<QuarterStatus>();
            foreach (var each in known)
                quarters.Add(await QuarterStatus.ReadAsync(opened.Steps, each, day, cancel));

            IReadOnlyList<string> held = [.. (await opened.Steps.Held.WaitingAsync(cancel)).Select(change => change.ToString())];
            var unplaced = await UnplacedFiles.ReceiptsAsync(opened.Steps.Files,
                await opened.Steps.Reference.CurrentAsync(cancel), cancel);
            var length = new ListLength(parsed.GetValue(all));
            if (parsed.GetValue(json))
                screen.Json(new StatusReport(day, quarters, unplaced, held));
            else if (quarters.Count == 0)
                screen.People.MarkupLine(
                    "There is no register of contracts yet, so nothing is due. Take files in with [bold]pipeline run INPUT[/].");
            else if (parsed.GetValue(quarter) is null)
                Print(quarters, screen.People);
            else
                Print(quarters[0], screen, length);
            if (!parsed.GetValue(json) && unplaced.Count > 0)
                screen.People.Unplaced(unplaced, length);
            if (!parsed.GetValue(json) && held.Count > 0)
                screen.People.MarkupLine($"[yellow]Held:[/] {length.InWords(held)}. See [bold]pipeline changes[/].");
            return Exit.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<QuarterStatus> quarters, IAnsiConsole people)
    {
        var table = OutputStyle.Table(["Quarter", ">Contracts", .. BestFirst.Select(state => ">" + Capital(state.Word())), "Waiting"]);
        table.Columns[0].NoWrap();
        foreach (var quarter in quarters)
        {
            var returns = quarter.Contracts.SelectMany(c => c.Returns).ToList();
            table.AddRow([
                quarter.Quarter.ToString(), OutputStyle.Number(quarter.Contracts.Count),
                .. BestFirst.Select(state => OutputStyle.Number(returns.Count(r => r.Is(state)))),
                quarter.IsUpToDate ? "[green]nothing[/]" : quarter.Waiting.Count == 0
                    ? "[yellow]everything[/]" : $"[yellow]{OutputStyle.Count(quarter.Waiting.Count, "contract")}[/]"]);
        }

        people.Write(table);
        foreach (var quarter in quarters.Where(q => q.NotHeardOf.Count > 0))
            people.MarkupLine($"{quarter.Quarter}: nothing came from {OutputStyle.Count(quarter.NotHeardOf.Count, "provider")}.");
        foreach (var quarter in quarters.Where(q => q.Closed is not null))
            people.WriteLine($"{quarter.Quarter}: {ClosedBy(quarter.Closed!)}.");
        people.MarkupLine("Next: [bold]pipeline status QUARTER[/] shows each contract.");
    }

    private static void Print(QuarterStatus quarter, CommandOutput screen, ListLength length)
    {
        var people = screen.People;
        var table = OutputStyle.Table("Contract", "Due", ">Received", ">Nil", "Overdue, rejected, to come or late");
        table.Columns[0].NoWrap();
        // In their order where all are shown, else those first for which somebody has to do something.
        var contracts = length.IsCut(quarter.Contracts.Count) ? [.. quarter.Contracts.OrderBy(Urgency)] : quarter.Contracts;
        foreach (var contract in length.Of(contracts))
        {
            var states = contract.Returns.GroupBy(r => r.State).ToDictionary(s => s.Key, s => s.Select(r => r.Dataset).ToList());
            var toChase = ToChase.Select(state => state.Word()).Where(states.ContainsKey)
                .Select(state =>
                    $"{OutputStyle.State(state)} "
                    + $"{(states[state].Count == contract.Returns.Count ? "everything" : string.Join(", ", states[state]))}")
                .Concat(contract.Returns.Where(r => r.Newest is not null).GroupBy(r => r.Newest!)
                    .Select(of => $"newest {OutputStyle.State(of.Key)} {string.Join(", ", of.Select(r => r.Dataset))}")).ToList();
            table.AddRow([
                contract.Contract.ToString(),
                contract.DueOn is not { } due ? "-" : contract.DaysOverdue > 0
                    ? $"[red]overdue {OutputStyle.Count(contract.DaysOverdue, "day")}[/]" : $"due on {OutputStyle.Day(due)}",
                .. new[] { ReturnState.Received, ReturnState.Nil }.Select(state =>
                    OutputStyle.Number(states.GetValueOrDefault(state.Word())?.Count ?? 0)),
                toChase.Count == 0 ? "[green]nothing[/]" : string.Join("; ", toChase)]);
        }

        people.Heading(quarter.Quarter.ToString());
        if (length.IsCut(contracts.Count))
        {
            var returns = contracts.SelectMany(c => c.Returns).ToList();
            var states = from state in BestFirst
                         let count = returns.Count(r => r.Is(state))
                         where count > 0
                         select $"{OutputStyle.Number(count)} {OutputStyle.State(state.Word())}";
            people.MarkupLine($"{OutputStyle.Count(contracts.Count, "contract")}: {string.Join(", ", states)}");
        }

        people.Write(table);
        length.PrintRest(people, contracts.Count);
        if (quarter.Closed is { } closing)
            screen.Say($"The quarter is {ClosedBy(closing)}.");
        if (!quarter.HasBegun)
            screen.Say($"The quarter begins on {OutputStyle.Day(quarter.Quarter.FirstDay)}.");
        if (quarter.NotHeardOf.Count > 0)
            screen.Say($"Nothing came from: {length.InWords(quarter.NotHeardOf)}.");
        if (!quarter.IsUpToDate)
            people.MarkupLine(
                $"[yellow]Not all is in the tables yet.[/] "
                + $"{(quarter.Waiting.Count == 0 ? "Every contract waits" : $"{length.InWords(quarter.Waiting)} {(quarter.Waiting.Count == 1 ? "waits" : "wait")}")} to be refreshed by the next [bold]pipeline run[/].");
    }

    /// <summary>Less is more urgent.</summary>
    private static int Urgency(ContractStatus contract)
    {
        for (int place = 0; place < ToChase.Count; place++)
        {
            if (contract.Returns.Any(r => r.Is(ToChase[place])))
                return place;
        }

        return ToChase.Count;
    }

    private static string ClosedBy(ClosedStatus closing) => $"closed since {OutputStyle.Day(LondonDay.Of(closing.At))}, by {closing.By}";

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}

/// <summary>What <c>status --json</c> prints.</summary>
/// <param name="Today">The day, in Europe/London, on which returns are due or overdue.</param>
/// <param name="Quarters">Those that have begun or that the calendar names, in order.</param>
/// <param name="Unplaced">The receipts of the files that are there and fit no slot, or whose contract is not the provider's.</param>
/// <param name="Held">The versions that wait for a named person.</param>
public sealed record StatusReport(DateOnly Today, IReadOnlyList<QuarterStatus> Quarters, IReadOnlyList<string> Unplaced,
    IReadOnlyList<string> Held);

/// <param name="Quarter">Which.</param>
/// <param name="HasBegun">Whether it has.</param>
/// <param name="Closed">By whom and when; null while it is open.</param>
/// <param name="IsUpToDate">Whether nothing waits to be refreshed.</param>
/// <param name="Waiting">The contracts that wait to be refreshed; when it is not up to date and this is empty, all of them.</param>
/// <param name="NotHeardOf">The providers with contracts in the quarter from whom nothing came for any of them.</param>
/// <param name="Contracts">Those active in the quarter, in the order of their ids.</param>
public sealed record QuarterStatus(
    Quarter Quarter, bool HasBegun, ClosedStatus? Closed, bool IsUpToDate, IReadOnlyList<ContractId> Waiting,
    IReadOnlyList<ProviderId> NotHeardOf, IReadOnlyList<ContractStatus> Contracts)
{
    internal static async Task<QuarterStatus> ReadAsync(AllSteps steps, Quarter quarter, DateOnly today, CancellationToken cancel)
    {
        var returns = await steps.Returns.OfQuarterAsync(quarter, today, cancel: cancel);
        var waiting = await steps.Changes.OfAsync(quarter, cancel);
        return new QuarterStatus(
            quarter,
            quarter.FirstDay <= today,
            await steps.Closings.OfAsync(quarter, cancel) is { } closed
                ? new ClosedStatus(closed.Signature.By.ToString(), closed.Signature.At) : null,
            waiting is null,
            waiting?.Contracts ?? [],
            [.. returns.GroupBy(r => r.Contract.Provider).Where(of => of.All(r => r.IsUnheardOf)).Select(of => of.Key).Order()],
            [
                .. returns.Select(r => new ContractStatus(
                    r.Contract.Id, r.Contract.Provider, r.Due?.DueOn, r.DaysOverdue,
                    [.. r.Datasets.Select(DatasetStatus.Of)])),
            ]);
    }
}

/// <param name="By">Who closed it.</param>
/// <param name="At">When.</param>
public sealed record ClosedStatus(string By, DateTimeOffset At);

/// <param name="DueOn">Null when the calendar does not say.</param>
/// <param name="DaysOverdue">How many days ago the last day was on which what is still to come was due; 0 when nothing is overdue.</param>
public sealed record ContractStatus(ContractId Contract, ProviderId Provider, DateOnly? DueOn, int DaysOverdue,
    IReadOnlyList<DatasetStatus> Returns);

/// <param name="Dataset">Its name.</param>
/// <param name="State">As people read it: <c>not due yet</c>, <c>received</c>, <c>nil</c>, <c>late</c>, <c>overdue</c> or
/// <c>rejected</c>.</param>
public sealed record DatasetStatus(string Dataset, string State)
{
    /// <summary>What became of the newest version, where an older one counts: <c>rejected</c>, <c>quarantined</c>; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Newest { get; init; }

    /// <summary>How many days ago the last day was on which it was due, of one that did not come or was rejected; else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int DaysOverdue { get; init; }

    /// <summary>Whether it is counted under a state: what was rejected and was due is overdue as well.</summary>
    internal bool Is(ReturnState state) => State == state.Word() || (state == ReturnState.Overdue && DaysOverdue > 0);

    internal static DatasetStatus Of(DatasetReturn of) => new(of.Dataset.Name, of.State.Word())
    {
        DaysOverdue = of.DaysOverdue,
        Newest = of.Current is { } current && of.Uploads[^1] is var newest && newest.Version > current.Version
            ? newest.Status.Word() : null,
    };
}
