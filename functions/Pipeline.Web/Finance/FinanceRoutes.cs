using System.Globalization;
using CsvHelper;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Payments;
using Pipeline.Steps.State;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Finance;

/// <summary>What is due goes to finance: prepared by one person, approved by another, released, confirmed.</summary>
internal static class FinanceRoutes
{
    /// <summary>The present quarter, and the two before it that are still being paid. Of others one asks by the quarter.</summary>
    private const int QuartersWithDues = 3;

    private const int LinesShown = 50;

    private static readonly Access Seeing = Access.For(Roles.Council);
    private static readonly Access Deciding = Access.For(Role.Commissioner, Role.Finance);
    private static readonly Access Paying = Access.For(Role.Finance);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/payments", Seeing, QuartersAsync),
        SiteRoute.Get("/payments/{quarter}", Seeing, visit => QuarterAsync(visit)),
        SiteRoute.Post("/payments/{quarter}/prepare", Deciding, PrepareAsync),
        SiteRoute.Get("/payments/{quarter}/runs/{number}", Seeing, visit => RunAsync(visit)),
        SiteRoute.Post("/payments/{quarter}/runs/{number}/approve", Deciding,
            visit => StepAsync(visit, (run, by) => visit.Steps.Decide.ApproveAsync(run.Quarter, run.Number, by, visit.Cancel))),
        SiteRoute.Post("/payments/{quarter}/runs/{number}/reject", Deciding,
            visit => StepAsync(visit, (run, by) => visit.Steps.Decide.RejectAsync(run.Quarter, run.Number, by, visit.Given("reason"),
                visit.Cancel))),
        // What is begun is carried to its end, whether whoever asked for it waits or not.
        SiteRoute.Post("/payments/{quarter}/runs/{number}/release", Paying,
            visit => StepAsync(visit, (run, by) => visit.Steps.Release.RunAsync(run.Quarter, run.Number, by))),
        SiteRoute.Post("/payments/{quarter}/runs/{number}/replay", Deciding, ReplayAsync),
        SiteRoute.Get("/payments/{quarter}/runs/{number}/file.csv", Access.For(Role.Finance, Role.Commissioner),
            visit => FileAsync(visit, "csv")),
        SiteRoute.Get("/payments/{quarter}/runs/{number}/file.json", Access.For(Role.Finance, Role.Commissioner),
            visit => FileAsync(visit, "json")),
        SiteRoute.Get("/payments/{quarter}/confirm", Paying, visit => ConfirmAsync(visit)),
        SiteRoute.Post("/payments/{quarter}/confirm", Paying, ConfirmedAsync),
        SiteRoute.Get("/payments/{quarter}/lines/{payment}", Seeing, PaymentAsync),
        SiteRoute.Get("/payments/{quarter}/explain/{contract}", Seeing, ExplainAsync),
    ];

    public static string PathOf(Quarter quarter) => $"/payments/{quarter}";

    public static string PathOf(PaymentRun run) =>
        string.Create(CultureInfo.InvariantCulture, $"/payments/{run.Quarter}/runs/{run.Number}");

    public static string PathOf(PaymentId id) => $"/payments/{id.Quarter}/lines/{id}";

    /// <summary>What waits to be paid or confirmed.</summary>
    public static async Task<Waiting> WaitingAsync(Visit visit)
    {
        var items = new List<WaitingItem>();
        int looked = 0;
        foreach (var quarter in await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel))
        {
            var money = await QuarterMoney.OfAsync(visit, quarter,
                withDues: quarter.FirstDay <= visit.Today && looked++ < QuartersWithDues);
            foreach (var run in money.Runs.Where(r => r.IsOpen || money.Interrupted.Contains(r)))
            {
                string note = run.TotalsInWords
                    + (run.State == RunState.Prepared ? run.Prepared.By.CouldBe(visit.Person.Person)
                        ? "; you prepared it, so somebody else approves it" : $"; prepared by {run.Prepared.By}" : "");
                string what = run.State == RunState.Prepared ? "approve or reject" : "release";
                items.Add(new WaitingItem($"Run {run.Number} of {quarter}: {what}", PathOf(run), Runs.WordOf(run, money.Interrupted),
                    note));
            }

            if (money.Dues is { Count: > 0 } dues && !money.Runs.Any(r => r.IsOpen))
                items.Add(new WaitingItem($"{quarter}: prepare what is due", PathOf(quarter), null,
                    $"{dues.Select(d => d.Amount).Sum()} on {Steps.Pages.PageText.Counted(dues.Count, "line", "lines")}"));
            int unconfirmed = money.Payments.Count(p => p.Confirmation is null);
            if (unconfirmed > 0 && visit.Person.Has(Role.Finance))
                items.Add(new WaitingItem($"{quarter}: confirm payments", $"{PathOf(quarter)}/confirm", null,
                    $"{Steps.Pages.PageText.Counted(unconfirmed, "payment", "payments")} released and not confirmed"));
        }

        return new Waiting("Payments", items, [new Crumb("All payments", "/payments")]);
    }

    private static async Task<IResult> QuartersAsync(Visit visit)
    {
        var quarters = new List<QuarterMoney>();
        foreach (var quarter in await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel))
            quarters.Add(await QuarterMoney.OfAsync(visit, quarter, withDues: false));
        return await Html.PageAsync<QuartersPage>(visit, (IReadOnlyList<QuarterMoney>)quarters);
    }

    private static async Task<IResult> QuarterAsync(Visit visit, string? problem = null)
    {
        await visit.KnownQuarterAsync();
        return await Html.PageAsync<QuarterPage>(
            visit, new QuarterContent(await QuarterMoney.OfAsync(visit, visit.Quarter, withDues: visit.Quarter.FirstDay <= visit.Today),
                problem), problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> PrepareAsync(Visit visit)
    {
        switch (await visit.Steps.Prepare.RunAsync(visit.Quarter, visit.Person.Person, visit.Cancel))
        {
            case RunResult.Done { Run: var run }:
                await visit.Host.RunChangedAsync(visit.Http, run);
                return Html.SeeOther(PathOf(run));
            case RunResult.Refused { Why: var why }:
                return await QuarterAsync(visit, why);
            default:
                throw new InvalidOperationException("A step is done or refused.");
        }
    }

    private static async Task<StoredRun> FindAsync(Visit visit) =>
        await visit.Steps.Runs.FindAsync(visit.Quarter, visit.Number, visit.Cancel) ?? throw new NoSuchPageException();

    private static async Task<IResult> RunAsync(Visit visit, string? problem = null, Replayed? replayed = null)
    {
        var run = await visit.Steps.Proposals.AsOfAsync((await FindAsync(visit)).Run, visit.Now, visit.Cancel);
        var payments = (await visit.Steps.Ledger.OfQuarterAsync(run.Quarter, visit.Cancel)).Where(p => p.Released.Run == run.Number)
            .ToDictionary(p => p.Released.PaymentId.ToString());
        var names = (await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.ProviderNames ?? new Dictionary<ProviderId, string>();
        var lines = LineTable.InOrder(visit, PathOf(run), names, run.Lines);
        return await Html.PageAsync<RunPage>(
            visit,
            new RunContent(
                run, await visit.Steps.Runs.WordAsync(run, visit.Cancel), payments, names, lines,
                new Paging(lines.Path, Paging.FirstOf(visit, run.Lines.Count), LinesShown, run.Lines.Count), problem, replayed),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    /// <summary>
    /// Takes a step with a run and shows it as it is then; or says why the step was not taken, which tells what somebody else did
    /// meanwhile.
    /// </summary>
    private static async Task<IResult> StepAsync(Visit visit, Func<PaymentRun, Person, Task<RunResult>> step)
    {
        var before = (await FindAsync(visit)).Run;
        switch (await step(before, visit.Person.Person))
        {
            case RunResult.Done { Run: var run }:
                await visit.Host.RunChangedAsync(visit.Http, run);
                return Html.SeeOther(PathOf(run));
            case RunResult.Refused { Why: var why }:
                return await RunAsync(visit, why);
            default:
                throw new InvalidOperationException("A step is done or refused.");
        }
    }

    private static async Task<IResult> ReplayAsync(Visit visit) =>
        await visit.Steps.Replay.RunAsync(visit.Quarter, visit.Number, visit.Cancel) is { } replayed
            ? await RunAsync(visit, replayed: replayed)
            : await RunAsync(visit, "Only a run that was released can be worked out again.");

    private static async Task<IResult> FileAsync(Visit visit, string ending)
    {
        string path = Path.ChangeExtension(ReleasePayments.PathOf(visit.Quarter, visit.Number), ending);
        var file = await visit.Steps.Files.OpenReadAsync(path, cancel: visit.Cancel);
        return Results.Stream(file, ending == "csv" ? "text/csv; charset=utf-8" : "application/json",
            fileDownloadName: path.Replace('/', '-'));
    }

    private static async Task<IResult> ConfirmAsync(Visit visit, string? problem = null, FileResult? result = null)
    {
        var quarter = visit.Quarter;
        bool corrects = visit.Asked("show") == "confirmed";
        var open = (await visit.Steps.TakeIn.ConfirmableAsync(quarter, visit.Cancel)).Where(p => p.Value.IsPaid is null != corrects)
            .Select(p => p.Key).ToHashSet();
        List<Payment> payments =
            [.. (await visit.Steps.Ledger.OfQuarterAsync(quarter, visit.Cancel)).Where(p =>
                open.Contains(p.Released.PaymentId.ToString()))];
        if (result is null && visit.Asked("receipt") is { Length: > 0 } name
            && (await visit.Steps.Uploads.OfSlotAsync(new Slot.Confirmations(quarter), visit.Cancel)).FirstOrDefault(u =>
                $"v{u.Version}" == name) is { } upload)
            result = new FileResult("confirmations", await Uploading.ReceiptAsync(visit.Steps.Files, $"{upload.ReceiptFolder}{name}.json",
                visit.Cancel), $"/{upload.ReceiptFolder}{name}.html", IsSent: true);
        var ordered = Ordered.Of<Payment>(visit, $"{PathOf(quarter)}/confirm{(corrects ? "?show=confirmed" : "")}",
        [
            new("Payment", "payment", payment => payment.Released.PaymentId.ToString()),
            new("For", "for", payment => payment.Released.Title),
            .. corrects ? new ListColumn<Payment>[] { new("Reported", "reported", payment => payment.Status) } : [],
            new("What became of it"),
            new("Finance’s reference"),
            new("Amount", "amount", payment => payment.Released.Amount.Pence, IsNumber: true),
        ], payments);
        return await Html.PageAsync<ConfirmPage>(
            visit, new ConfirmContent(quarter, ordered,
                new Paging(ordered.Path, Paging.FirstOf(visit, payments.Count), LinesShown, payments.Count), corrects, problem, result),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>
    /// A file as finance's system wrote it, or one made of what was chosen line by line: either is taken in as any other.
    /// </summary>
    private static async Task<IResult> ConfirmedAsync(Visit visit)
    {
        byte[] bytes;
        string ending = ".csv";
        if (visit.Given("act") == "lines")
        {
            if (Chosen(visit) is not { } chosen)
                return await ConfirmAsync(visit, "Say of at least one payment what became of it, and on which day.");
            bytes = chosen;
        }
        else if (Uploading.FilesOf(visit) is [var file])
            (bytes, ending) = (await Uploading.BytesOfAsync(file, visit.Cancel), Uploading.EndingOf(file.FileName));
        else
            return await ConfirmAsync(visit, "Choose the file that finance's system wrote.");

        var (receipt, path) = await visit.Steps.Send.RunAsync(new Slot.Confirmations(visit.Quarter), bytes, ending, by: visit.Person.Person,
            cancel: visit.Cancel);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return receipt.Status == UploadStatus.Duplicate
            ? await ConfirmAsync(visit, result: new FileResult("confirmations", receipt, "/" + Path.ChangeExtension(path, ".html"),
                IsSent: true))
            : Html.SeeOther($"{PathOf(visit.Quarter)}/confirm?receipt={Path.GetFileNameWithoutExtension(path)}");
    }

    /// <summary>Null when nothing was chosen.</summary>
    private static byte[]? Chosen(Visit visit)
    {
        var form = visit.Http.Request.Form;
        string day = form["paid_on"].ToString();
        var lines = (from id in form["payment"]
                     let status = form[$"status-{id}"].ToString() is { Length: > 0 } own ? own : form["others"].ToString()
                     where status is "paid" or "failed" or "returned"
                     select (Id: id!, Status: status, Reference: form[$"reference-{id}"].ToString())).ToList();
        if (lines.Count == 0 || day.Length == 0)
            return null;
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            csv.WriteRecord([.. Dataset.Confirmations.Columns.Select(c => c.Name)]);
            foreach (var (id, status, reference) in lines)
                csv.WriteRecord(id, status, day, reference);
        }

        return bytes.ToArray();
    }

    private static async Task<IResult> PaymentAsync(Visit visit)
    {
        if (!PaymentId.TryParse(visit.Part("payment"), out var id) || id.Quarter != visit.Quarter)
            throw new NoSuchPageException();
        var ledger = await visit.Steps.Ledger.OfQuarterAsync(id.Quarter, visit.Cancel);
        if (ledger.FirstOrDefault(p => p.Released.PaymentId.ToString() == id.ToString()) is not { } payment
            || await visit.Steps.Runs.FindAsync(id.Quarter, payment.Released.Run, visit.Cancel) is not { } stored)
            throw new NoSuchPageException();
        IReadOnlyList<string>? sentences = null;
        string? problem = null;
        try
        {
            sentences = await visit.Steps.Explain.PaymentAsync(id, visit.Cancel);
        }
        catch (InvalidDataException exception)
        {
            problem = exception.Message;
        }

        return await Html.PageAsync<PaymentPage>(visit, new PaymentContent(payment, stored.Run,
            [.. ledger.Where(p => p.Released.Corrects?.ToString() == id.ToString())], sentences ?? [], problem));
    }

    private static async Task<IResult> ExplainAsync(Visit visit) =>
        await Html.PageAsync<ExplainPage>(visit, new ExplainContent(
            $"{visit.Contract}, {visit.Quarter}", "Where the amount comes from",
            await visit.Steps.Explain.ContractAsync(visit.Contract, visit.Quarter, cancel: visit.Cancel) ?? throw new NoSuchPageException(),
            [Crumb.Home, new Crumb("Payments", "/payments"), new Crumb(visit.Quarter.ToString(), PathOf(visit.Quarter))]));
}

public sealed record QuarterContent(QuarterMoney Money, string? Problem);

/// <param name="Run">As it is now.</param>
/// <param name="State">In words.</param>
/// <param name="Payments">Those of the run that were released, by id.</param>
/// <param name="ProviderNames">As far as they are known.</param>
/// <param name="Lines">In the order that was asked for.</param>
/// <param name="Paging">Of the lines.</param>
/// <param name="Problem">Why a step was not taken.</param>
/// <param name="Replayed">What came of working the run out again; null when nobody asked.</param>
public sealed record RunContent(
    PaymentRun Run, string State, IReadOnlyDictionary<string, Payment> Payments, IReadOnlyDictionary<ProviderId, string> ProviderNames,
    Ordered<LedgerLine> Lines,
    Paging Paging, string? Problem, Replayed? Replayed);

/// <param name="Quarter">Which.</param>
/// <param name="Payments">Those that finance was told of and has not confirmed, in the order that was asked for; or has, when they are
/// corrected.</param>
/// <param name="Paging">Of these.</param>
/// <param name="Corrects">Whether it is about correcting what was confirmed.</param>
/// <param name="Problem">What was wrong with what was sent.</param>
/// <param name="Result">What became of the file.</param>
public sealed record ConfirmContent(Quarter Quarter, Ordered<Payment> Payments, Paging Paging, bool Corrects, string? Problem,
    FileResult? Result);

/// <param name="Payment">As the ledger has it.</param>
/// <param name="Run">Its run.</param>
/// <param name="TakenBackBy">The clawbacks that correct it.</param>
/// <param name="Sentences">Where it comes from.</param>
/// <param name="Problem">Why that cannot be said.</param>
public sealed record PaymentContent(Payment Payment, PaymentRun Run, IReadOnlyList<Payment> TakenBackBy, IReadOnlyList<string> Sentences,
    string? Problem);
