using System.CommandLine;
using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Local.Commands;

/// <summary><c>what-if</c>: what a register, a framework or a file of decisions would change, without sending it.</summary>
internal static class WhatIfCommand
{
    public static Command Create(CommandOutput screen)
    {
        var files = new Argument<string[]>("FILE")
            { Description = "A register, a framework, or decisions; each by itself.", Arity = ArgumentArity.OneOrMore };
        var quarter = new Option<string>("--quarter")
            { Description = "Of decisions, where the file's path does not give it: such as 2025-26-Q1.", HelpName = "Q" };
        var (pipeline, today, json) = (new PipelineOptions(), CommonOptions.Today(), CommonOptions.Json());
        var command = new PipelineCommand(
            "what-if",
            "Shows what a register, a framework or decisions would change in past and present quarters, by contract and in pounds.",
            example: "pipeline what-if reference/contracts.csv",
            details: "Nothing is sent, and nothing changes. A framework is read under the name of its file, as in "
                + "reference/frameworks/performance.json.")
        {
            files, quarter, today, json,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            using var opened = pipeline.Open(parsed, clock);
            var found = new List<WhatIf>();
            foreach (string file in parsed.GetRequiredValue(files))
                found.Add(await ReckonAsync(opened.Steps, file, parsed.GetValue(quarter), LondonDay.Of(clock.GetUtcNow()), cancel));
            if (parsed.GetValue(json))
            {
                screen.Json(new WhatIfReport(found));
                return Exit.Done;
            }

            foreach (var each in found)
                Print(each, screen);
            return Exit.Done;
        });
        return command;
    }

    private static async Task<WhatIf> ReckonAsync(AllSteps steps, string file, string? quarter, DateOnly today,
        CancellationToken cancel)
    {
        if (!File.Exists(file))
            throw new WrongUseException($"There is no file {file}.");
        var slot = SlotOf(file, quarter);
        string name = Path.GetFileName(file);
        var register = await steps.Reference.RegisterAsync(cancel);
        await using var bytes = File.OpenRead(file);
        if (slot is Slot.Framework at)
        {
            var read = FrameworkFile.Read(bytes, at.Id);
            return read.Framework is { } framework && read.Findings.Errors == 0
                ? new WhatIf(name, await steps.Reckoning.OfAsync(slot, null, framework, today, cancel: cancel))
                : throw new WrongUseException($"{file} does not check: {FileFindings.InSentences(read.Findings)}");
        }

        var check = new UploadCheck(register?.Frameworks ?? await steps.Reference.FrameworksAsync(cancel), register, today)
            .Run(slot, name, bytes);
        if (!check.IsAccepted)
            throw new WrongUseException($"{file} does not check: {FileFindings.InSentences(check.Findings)}");
        return new WhatIf(name, await steps.Reckoning.OfAsync(slot, check.Counts, null, today, cancel: cancel))
        {
            Contracts = check.Counts is ContractList contracts
                ? RegisterChange.Between(register is null ? null : new ContractList(register.Terms), contracts) : null,
        };
    }

    /// <summary>By the place that it would have, or else by its name.</summary>
    private static Slot SlotOf(string file, string? quarter)
    {
        string[] parts = Path.GetFullPath(file).Split(Path.DirectorySeparatorChar);
        for (int first = 0; first < parts.Length; first++)
        {
            if (Slot.At(string.Join('/', parts[first..])) is { } slot and (Slot.Reference or Slot.Framework or Slot.Review))
                return slot;
        }

        string name = parts[^1];
        return (Slot.At($"reference/{name}") ?? Slot.At($"reference/frameworks/{name}")
            ?? (quarter is null ? null : Slot.At($"reviews/{CommonOptions.QuarterIn(quarter)}/{name}")))
            ?? throw new WrongUseException(
                $"What {file} is for cannot be told by its name. Call it contracts.csv, decisions.csv (with --quarter) or, for a "
                + "framework, by its id, as in performance.json.");
    }

    private static void Print(WhatIf found, CommandOutput screen)
    {
        screen.People.Heading(found.File);
        if (found.Contracts is { } contracts)
            Consequences.Print(contracts, screen);
        Consequences.Print(found.Changes, screen);
        if (found.Contracts?.Count(change => change.SupplierAfter is not null) is > 0 and var moved)
            screen.Say($"Money would go to another supplier for {OutputStyle.Count(moved, "contract")}.");
    }
}

/// <summary>What <c>what-if --json</c> prints.</summary>
public sealed record WhatIfReport(IReadOnlyList<WhatIf> Files);

/// <param name="File">Its name.</param>
/// <param name="Changes">By quarter and contract; only what changes.</param>
public sealed record WhatIf(string File, IReadOnlyList<Consequence> Changes)
{
    /// <summary>Of a register, what it changes of contracts, whether or not that changes what is earned; null for other files.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RegisterChange>? Contracts { get; init; }
}
