using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Pipeline.Core;
using Pipeline.Core.Findings;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;
using Pipeline.Local.Workspaces;
using Pipeline.Steps;
using Pipeline.Steps.Payments;
using Pipeline.Steps.State;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>pay</c>: what is due goes to finance, prepared by one person and approved by another.</summary>
internal static class PayCommands
{
    public static Command Create(CommandOutput screen) => new PipelineCommand(
        "pay",
        "Pays what is due in a quarter: prepare, approve or reject, release, and confirm what finance reports back.",
        example: "pipeline pay status 2025-26-Q1")
    {
        Prepare(screen),
        Approve(screen),
        Reject(screen),
        Release(screen),
        Status(screen),
        Confirm(screen),
    };

    private static PipelineCommand Prepare(CommandOutput screen)
    {
        var (quarter, by, workspace, today) = (CommonOptions.Quarter(), CommonOptions.By(), CommonOptions.Workspace(),
            CommonOptions.Today());
        var command = new PipelineCommand(
            "prepare", "Fixes what is due in a quarter as a run, for somebody else to approve within 14 days.",
            example: "pipeline pay prepare 2025-26-Q1 --by \"Ann Price\"")
        {
            quarter, by, workspace, today,
        };
        command.SetAction((parsed, cancel) => StepAsync(
            parsed, screen, workspace, today, opened => PrepareAsync(opened, CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter)),
                CommonOptions.NameIn(parsed, by), cancel), cancel, withLines: true));
        return command;
    }

    /// <summary>Where nothing is due, it may be that what would change that is held.</summary>
    private static async Task<RunResult> PrepareAsync(Workspace opened, Quarter quarter, Person by, CancellationToken cancel) =>
        await opened.Prepare.RunAsync(quarter, by, cancel) switch
        {
            RunResult.Refused refused => new RunResult.Refused(refused.Why + await HeldAsync(opened, quarter, cancel)),
            var done => done,
        };

    /// <summary>What is held and touches a quarter, in a sentence that follows others; empty when nothing is.</summary>
    private static async Task<string> HeldAsync(AllSteps steps, Quarter quarter, CancellationToken cancel) =>
        string.Concat((await steps.BeforeClosing.HeldAsync(quarter, cancel))
            .Select(change => Invariant($" Change {change.Number} is held; see pipeline changes.")));

    private static PipelineCommand Approve(CommandOutput screen)
    {
        var (quarter, run, by, workspace, today) =
            (CommonOptions.Quarter(), CommonOptions.Run(), CommonOptions.By(), CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "approve", "Agrees to a run that somebody else prepared.", example: "pipeline pay approve 2025-26-Q1 1 --by \"Ben Rees\"")
        {
            quarter, run, by, workspace, today,
        };
        command.SetAction((parsed, cancel) => StepAsync(
            parsed, screen, workspace, today,
            opened => opened.Decide.ApproveAsync(CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter)), parsed.GetValue(run),
                CommonOptions.NameIn(parsed, by), cancel), cancel));
        return command;
    }

    private static PipelineCommand Reject(CommandOutput screen)
    {
        var (quarter, run, by, workspace, today) =
            (CommonOptions.Quarter(), CommonOptions.Run(), CommonOptions.By(), CommonOptions.Workspace(), CommonOptions.Today());
        var reason = new Option<string>("--reason") { Description = "Why, in at most 200 characters.", HelpName = "TEXT", Required = true };
        var command = new PipelineCommand(
            "reject", "Ends a run that is not to be released.",
            example: "pipeline pay reject 2025-26-Q1 1 --by \"Ben Rees\" --reason \"wait for the July decisions\"")
        {
            quarter, run, by, reason, workspace, today,
        };
        command.SetAction((parsed, cancel) => StepAsync(
            parsed, screen, workspace, today,
            opened => opened.Decide.RejectAsync(
                CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter)), parsed.GetValue(run), CommonOptions.NameIn(parsed, by),
                parsed.GetRequiredValue(reason), cancel), cancel));
        return command;
    }

    private static PipelineCommand Release(CommandOutput screen)
    {
        var (quarter, run, by, workspace, today) =
            (CommonOptions.Quarter(), CommonOptions.Run(), CommonOptions.By(), CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "release",
            "Enters an approved run into the ledger and writes its file for finance.",
            example: "pipeline pay release 2025-26-Q1 1 --by \"Cat Shaw\"",
            details: "When it is interrupted, give the same command again: nothing is paid twice.")
        {
            quarter, run, by, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            int code = await StepAsync(
                parsed, screen, workspace, today,
                opened => opened.Release.RunAsync(CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter)), parsed.GetValue(run),
                    CommonOptions.NameIn(parsed, by), cancel), cancel);
            screen.People.Unbroken("The file for finance is " + Path.Join(
                parsed.GetRequiredValue(workspace),
                ReleasePayments.PathOf(CommonOptions.QuarterIn(parsed.GetRequiredValue(quarter)), parsed.GetValue(run))));
            return code;
        });
        return command;
    }

    private static PipelineCommand Status(CommandOutput screen)
    {
        var quarter = new Argument<string?>("QUARTER")
            { Description = "Such as 2025-26-Q1; all of them without it.", Arity = ArgumentArity.ZeroOrOne };
        var run = new Argument<int?>("RUN") { Description = "Show every line of this run, such as 1.", Arity = ArgumentArity.ZeroOrOne };
        var (pipeline, today, json) = (new PipelineOptions(), CommonOptions.Today(), CommonOptions.Json());
        var command = new PipelineCommand("status",
            "Shows each quarter's runs, what is due and what finance has confirmed, or every line of one run.",
            example: "pipeline pay status 2025-26-Q1 1")
        {
            quarter, run, today, json,
        };
        pipeline.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            using var opened = pipeline.Open(parsed, clock);
            var day = LondonDay.Of(clock.GetUtcNow());
            IReadOnlyList<Quarter> known = [.. (await opened.Steps.Returns.QuartersAsync(day, cancel)).Reverse()];
            if (parsed.GetValue(quarter) is { } asked)
                known = await opened.Steps.Returns.KnowsAsync(CommonOptions.QuarterIn(asked), day, cancel)
                    ? [CommonOptions.QuarterIn(asked)]
                    : throw new WrongUseException("Nothing is known of this quarter. See: pipeline pay status");
            if (parsed.GetValue(run) is { } number)
                await PrintRunAsync(opened.Steps, known[0], number, clock.GetUtcNow(), screen, parsed.GetValue(json), cancel);
            else if (parsed.GetValue(json))
                await PrintRunsAsync(opened.Steps, known, clock.GetUtcNow(), screen, cancel);
            else
            {
                foreach (var each in known)
                    await PrintAsync(opened.Steps, each, clock.GetUtcNow(), screen, cancel);
            }

            return Exit.Done;
        });
        return command;
    }

    private static async Task PrintRunAsync(AllSteps steps, Quarter quarter, int number, DateTimeOffset now, CommandOutput screen,
        bool asJson, CancellationToken cancel)
    {
        var stored = await steps.Runs.FindAsync(quarter, number, cancel)
            ?? throw new WrongUseException(Invariant($"There is no run {number} of {quarter}. See: pipeline pay status {quarter}"));
        var run = await steps.Proposals.AsOfAsync(stored.Run, now, cancel);
        string state = await steps.Runs.WordAsync(run, cancel);
        if (asJson)
        {
            RunReview.WriteJson(screen.Output, [(run, state)], isOne: true);
            return;
        }

        screen.People.Heading(Invariant($"{quarter}, run {number}: {state}"));
        RunReview.Print(run, screen.People);
        screen.Say(await NotNowAsync(steps, quarter, cancel) is { } why ? why + "." : Next(run).TrimStart());
    }

    private static async Task PrintRunsAsync(AllSteps steps, IEnumerable<Quarter> quarters, DateTimeOffset now, CommandOutput screen,
        CancellationToken cancel)
    {
        var runs = new List<(PaymentRun, string)>();
        foreach (var quarter in quarters)
        {
            foreach (var stored in await steps.Runs.OfQuarterAsync(quarter, cancel))
            {
                var run = await steps.Proposals.AsOfAsync(stored.Run, now, cancel);
                runs.Add((run, await steps.Runs.WordAsync(run, cancel)));
            }
        }

        RunReview.WriteJson(screen.Output, runs, isOne: false);
    }

    private static async Task PrintAsync(AllSteps steps, Quarter quarter, DateTimeOffset now, CommandOutput screen,
        CancellationToken cancel)
    {
        if (await steps.Proposals.OfAsync(quarter, cancel) is not { } proposal)
            return;
        var payments = await steps.Ledger.OfQuarterAsync(quarter, cancel);
        var runs = (await steps.Runs.OfQuarterAsync(quarter, cancel)).Select(stored => stored.Run.AsOf(now, proposal)).ToList();
        var interrupted = await steps.Runs.InterruptedAsync(runs, cancel);
        var table = OutputStyle.Table(">Run", "State", ">Lines", ">Total", "Prepared, approved, released by", ">Paid", ">Failed",
            ">Returned");
        table.Columns[1].NoWrap();
        foreach (var run in runs)
        {
            var own = payments.Where(p => p.Released.Run == run.Number).ToList();
            table.AddRow([
                OutputStyle.Number(run.Number), Runs.WordOf(run, interrupted), OutputStyle.Number(run.Totals.Count),
                run.Totals.Total.ToString(),
                Markup.Escape(string.Join("; ", new[] { run.Prepared, run.Approved, run.Released }.OfType<Signature>()
                    .Select(signature => signature.By))),
                OutputStyle.Number(own.Count(p => p.Status == "paid")), OutputStyle.Number(own.Count(p => p.Status == "failed")),
                OutputStyle.Number(own.Count(p => p.Status == "returned"))]);
        }

        screen.People.Heading(quarter.ToString());
        if (runs.Count > 0)
            screen.People.Write(table);
        foreach (var run in runs.Where(run => run.Reason is not null))
            screen.Say(
                Invariant(
                    $"Run {run.Number} {(run.State == RunState.Rejected ? "was rejected:" : "is stale, for")} {run.Reason!.TrimEnd('.')}."));
        if (LondonDay.Of(now) < quarter.FirstDay)
        {
            screen.Say(Invariant($"It has not begun: nothing is paid for it before {quarter.FirstDay:d MMMM yyyy}."));
            return;
        }

        string next = await NotNowAsync(steps, quarter, cancel) is { } why ? $" {why}."
            : Next(quarter, runs, interrupted, proposal);
        screen.Say(
            $"Released: {payments.SelectMany(p => p.Lines).Released()}. Due now: {proposal.Dues.Select(d => d.Amount).Sum()} on "
            + $"{OutputStyle.Count(proposal.Dues.Count, "line")}.{await HeldAsync(steps, quarter, cancel)}{next}");
    }

    /// <summary>Why nothing can be paid, as after a restore; null when nothing is in the way.</summary>
    private static async Task<string?> NotNowAsync(AllSteps steps, Quarter quarter, CancellationToken cancel) =>
        await steps.Runs.BeyondLedgerAsync(quarter, cancel) ?? await steps.Sweeps.WhyOwedAsync(cancel);

    private static string Next(Quarter quarter, IReadOnlyList<PaymentRun> runs, IReadOnlyList<PaymentRun> interrupted, Proposal proposal) =>
        interrupted.Count > 0 ? NextRelease(interrupted[0])
        : runs.FirstOrDefault(run => run.IsOpen) is { } open ? Next(open)
        : proposal.Dues.Count > 0 ? $" Next: pipeline pay prepare {quarter} --by NAME"
        : "";

    private static PipelineCommand Confirm(CommandOutput screen)
    {
        var file = new Argument<string>("FILE") { Description = "What finance sent back: payment_id, status, paid_on, reference." };
        var (workspace, today) = (CommonOptions.Workspace(), CommonOptions.Today());
        var command = new PipelineCommand(
            "confirm",
            "Takes in finance's confirmations of the payments of one quarter.",
            example: "pipeline pay confirm july.csv",
            details: "All of the file is taken in, or nothing of it. A failed payment falls due again.")
        {
            file, workspace, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            using var opened = Workspace.Existing(parsed.GetRequiredValue(workspace), clock);
            return await ConfirmAsync(opened, parsed.GetRequiredValue(file), LondonDay.Of(clock.GetUtcNow()), screen, cancel);
        });
        return command;
    }

    private static async Task<int> ConfirmAsync(Workspace workspace, string file, DateOnly today, CommandOutput screen,
        CancellationToken cancel)
    {
        if (!File.Exists(file))
            throw new WrongUseException($"There is no file {file}.");
        byte[] bytes = await File.ReadAllBytesAsync(file, cancel);
        var quarter = QuarterOf(bytes);
        // Named after its bytes: the same file again is found to be there, and another takes nobody's place.
        var digest = new Sha256(SHA256.HashData(bytes));
        var before = (await workspace.Uploads.OfSlotAsync(new Slot.Confirmations(quarter), cancel)).LastOrDefault(u => u.Sha256 == digest);
        // What was rejected before may be right by now, since a payment was unknown until its run was released; under its old name it is no
        // new upload.
        string again = before is { Status: not UploadStatus.Accepted } ? Invariant($"-{before.Version}") : "";
        string path = $"confirmations/{quarter}/confirmations-{digest}{again}.csv";
        if (await workspace.Files.StatAsync(path, cancel) is null)
        {
            var payments = await workspace.TakeIn.ConfirmableAsync(quarter, cancel);
            using var check = new MemoryStream(bytes);
            if (FileCheck.Check(check, Dataset.Confirmations.Reader(payments, today)).Findings is { Errors: > 0 } findings)
                throw NothingConfirmed(findings);
            using var upload = new MemoryStream(bytes);
            await workspace.Files.WriteAsync(path, upload, cancel: cancel);
        }

        using var turn = await workspace.TurnAsync(sentence => screen.People.Unbroken(sentence), cancel);
        var taken = (await workspace.TakeIn.RunAsync(path, cancel: cancel)).SingleOrDefault();
        if (taken is { Receipt.Status: not (UploadStatus.Accepted or UploadStatus.Duplicate) })
            throw new WrongUseException($"The file was rejected, since something else was confirmed meanwhile. See {taken.ReceiptPath}");
        await workspace.RefreshAsync(cancel);
        screen.Say(taken is null ? "This file was taken in before; nothing has changed."
            : $"Taken in: {OutputStyle.Count(taken.Receipt.RowsRead, "payment")} of {quarter}: "
                + $"{await ConfirmedAsync(workspace, quarter, digest, cancel)}.");
        return Exit.Done;
    }

    /// <summary>What a file of confirmations that is taken in says, in words: <c>1 failed, £22,500.00; 1 paid, £7,500.00</c>.</summary>
    private static async Task<string> ConfirmedAsync(Workspace workspace, Quarter quarter, Sha256 digest, CancellationToken cancel)
    {
        var upload = (await workspace.Uploads.OfSlotAsync(new Slot.Confirmations(quarter), cancel))
            .Last(u => u.Sha256 == digest && u.Status == UploadStatus.Accepted);
        var named = ((ConfirmationList)await workspace.Uploads.CountsAsync(upload, cancel)).Confirmations.Select(c => c.PaymentId)
            .ToHashSet();
        return string.Join("; ",
            from payment in await workspace.Ledger.OfQuarterAsync(quarter, cancel)
            where named.Contains(payment.Released.PaymentId.ToString())
            group payment.Released.Amount by payment.Status into of
            orderby of.Key
            select Invariant($"{of.Count()} {of.Key}, {of.Sum()}"));
    }

    private static WrongUseException NothingConfirmed(FindingList findings) =>
        new($"Nothing was confirmed, for {OutputStyle.Count(findings.Errors, "error")}. {FileFindings.InSentences(findings)}");

    /// <summary>The quarter of the first payment that the file names; what else is wrong with it, its check says.</summary>
    private static Quarter QuarterOf(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes));
        while (reader.ReadLine() is { } line)
        {
            foreach (string value in line.Split(','))
            {
                if (PaymentId.TryParse(value.Trim(' ', '"'), out var id))
                    return id.Quarter;
            }
        }

        // Why no payment was found in it: it is no CSV, or not of the right columns.
        using var csv = new MemoryStream(bytes);
        var findings = FileCheck.Check(csv, Dataset.Confirmations.Reader(new Dictionary<string, ConfirmablePayment>(), default)).Findings;
        if (findings.ByRule.Any(c => c.Rule.Id.StartsWith("FIL-", StringComparison.Ordinal)
            || c.Rule.Id.StartsWith("HDR-", StringComparison.Ordinal)))
            throw NothingConfirmed(findings);
        throw new WrongUseException(
            "The file names no payment. Give the file that finance sent back, with the payment_id of the payment file.");
    }

    /// <summary>Who does what with a run then.</summary>
    private static string Next(PaymentRun run) => run.State switch
    {
        RunState.Prepared => Invariant($" Next, by somebody else: pipeline pay approve {run.Quarter} {run.Number} --by NAME"),
        RunState.Approved => NextRelease(run),
        RunState.Released => " Next, when finance reports back: pipeline pay confirm FILE",
        _ => "",
    };

    private static string NextRelease(PaymentRun run) => Invariant($" Next: pipeline pay release {run.Quarter} {run.Number} --by NAME");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Takes a step, says how the run stands then, and brings the tables up to date.</summary>
    private static async Task<int> StepAsync(
        ParseResult parsed, CommandOutput screen, Option<string> workspace, Option<TimeProvider?> today,
        Func<Workspace, Task<RunResult>> step, CancellationToken cancel, bool withLines = false)
    {
        using var opened = Workspace.Existing(parsed.GetRequiredValue(workspace), parsed.GetValue(today) ?? TimeProvider.System);
        switch (await step(opened))
        {
            case RunResult.Done { Run: var run }:
                await opened.RefreshAsync(cancel);
                screen.Say(string.Create(CultureInfo.InvariantCulture,
                    $"Run {run.Number} of {run.Quarter} is {run.State.Word()}: {run.TotalsInWords}.{Next(run)}"));
                if (withLines)
                {
                    RunReview.Print(run, screen.People);
                    if (await HeldAsync(opened, run.Quarter, cancel) is { Length: > 0 } held)
                        screen.Say(held.TrimStart());
                }

                return Exit.Done;
            case RunResult.Refused { Why: var why }:
                throw WrongUseException.Refused(why, "pipeline pay status");
            default:
                throw new InvalidOperationException("A step is done or refused.");
        }
    }
}
