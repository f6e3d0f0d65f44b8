using System.CommandLine;
using Pipeline.Core;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Payments;

namespace Pipeline.Local.Commands;

/// <summary><c>close</c>: nothing more is uploaded to a quarter.</summary>
internal static class CloseCommand
{
    public static Command Create(CommandOutput screen)
    {
        var (quarter, by, workspace, today) = (CommonOptions.Quarter(), CommonOptions.By(), CommonOptions.Workspace(),
            CommonOptions.Today());
        var anyway = new Option<bool>("--anyway") { Description = "Close it though something is not settled." };
        var command = new PipelineCommand(
            "close",
            "Closes a quarter, once: no contract uploads to it any more, unless the calendar extends it.",
            example: "pipeline close 2025-26-Q1 --by \"Ann Price\"",
            details: "What is missing, rejected, held, unpaid or unconfirmed is listed first, and it takes --anyway then. Later decisions "
                + "and confirmations still adjust payments, by new lines.")
        {
            quarter, by, anyway, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var closed = CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter));
            using var opened = Workspace.Existing(parsed.GetRequiredValue(workspace), parsed.GetValue(today) ?? TimeProvider.System);
            if (!parsed.GetValue(anyway) && await UnsettledAsync(opened, closed, cancel) is { } unsettled)
                throw new WrongUseException(
                    $"{closed} is not closed, since not all of it is settled. {unsettled} See to it, or close it all the same with: "
                    + $"pipeline close {closed} --by NAME --anyway");
            if (await opened.Close.RunAsync(closed, CommonOptions.NameIn(parsed, by), cancel) is { } why)
                throw WrongUseException.Refused(why, "pipeline status");
            await opened.RefreshAsync(cancel);
            screen.Say($"{closed} is closed.");
            return Exit.Done;
        });
        return command;
    }

    /// <summary>What is not settled in a quarter that is open, in sentences; null when all is.</summary>
    private static async Task<string?> UnsettledAsync(Workspace workspace, Quarter quarter, CancellationToken cancel)
    {
        // Whether it can be closed at all is said by closing it.
        if (await workspace.Closings.OfAsync(quarter, cancel) is not null || await workspace.Proposals.OfAsync(quarter, cancel) is null)
            return null;
        var unsettled = await workspace.BeforeClosing.OfAsync(quarter, cancel);
        return unsettled.IsNothing ? null : string.Join(' ', Sentences(unsettled));
    }

    private static IEnumerable<string> Sentences(Unsettled unsettled)
    {
        if (unsettled.Missing.Count > 0)
            yield return $"Not here: {Listed(unsettled.Missing)}.";
        if (unsettled.Rejected.Count > 0)
            yield return $"Rejected and not sent again: {Listed(unsettled.Rejected)}.";
        if (unsettled.Held.Count > 0)
            yield return $"Held: {string.Join(", ", unsettled.Held.Select(change => $"{change} (change {change.Number})"))}.";
        if (unsettled.OpenRuns.Count > 0)
            yield return $"Not released: run {string.Join(", ", unsettled.OpenRuns)}.";
        if (unsettled.Due.Count > 0)
            yield return $"Not paid: {unsettled.Due.Total} on {OutputStyle.Count(unsettled.Due.Count, "line")}.";
        if (unsettled.Unconfirmed > 0)
            yield return $"Not confirmed by finance: {OutputStyle.Count(unsettled.Unconfirmed, "payment")}.";
    }

    private static string Listed(IReadOnlyList<(ContractId Contract, int Returns)> contracts)
    {
        const int shown = 10;
        string first = string.Join(", ", contracts.Take(shown).Select(c => $"{OutputStyle.Count(c.Returns, "return")} of {c.Contract}"));
        return contracts.Count > shown ? $"{first} and of {OutputStyle.Number(contracts.Count - shown)} more contracts" : first;
    }
}
