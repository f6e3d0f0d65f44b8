using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.State;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Providers;

/// <summary>What a provider does: look what is due, check files, send them, mend them, and see what was paid.</summary>
internal static class ProviderRoutes
{
    private const int QuartersShown = 4;

    /// <summary>Of the template that is a workbook.</summary>
    private const string Workbook = ".xlsx";

    /// <summary>The council sees what the provider sees, and sends nothing in its place.</summary>
    private static readonly Access Seeing = Access.For([Role.Provider, .. Roles.Council]);
    private static readonly Access Doing = Access.For(Role.Provider);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/providers/{provider}", Seeing, ReturnsAsync),
        SiteRoute.Get("/providers/{provider}/returns/{contract}/{quarter}", Seeing, visit => ReturnAsync(visit)),
        SiteRoute.Post("/providers/{provider}/returns/{contract}/{quarter}", Doing, SendAsync),
        SiteRoute.Get("/providers/{provider}/returns/{contract}/{quarter}/{dataset}", Seeing, visit => VersionsAsync(visit)),
        SiteRoute.Post("/providers/{provider}/returns/{contract}/{quarter}/{dataset}", Doing, BringBackAsync),
        SiteRoute.Get("/providers/{provider}/templates/{contract}/{dataset}", Seeing, TemplateAsync),
        SiteRoute.Get("/providers/{provider}/payments", Seeing, PaymentsAsync),
        SiteRoute.Get("/providers/{provider}/payments/{contract}/{quarter}", Seeing, ExplainAsync),
    ];

    public static string PathOf(ProviderId provider) => $"/providers/{provider}";

    public static string PathOf(ContractReturn of) => $"/providers/{of.Contract.Provider}/returns/{of.Contract.Id}/{of.Quarter}";

    /// <summary>What a provider still has to send.</summary>
    public static async Task<Waiting> WaitingAsync(Visit visit, ProviderId provider)
    {
        var items = new List<WaitingItem>();
        foreach (var quarter in (await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel)).Take(QuartersShown))
        {
            foreach (var each in (await visit.Steps.Returns.OfQuarterAsync(quarter, visit.Today, provider, visit.Cancel)).Where(r =>
                r.IsOpen && !r.IsClosed))
                items.Add(new WaitingItem($"{each.Contract.ServiceName}, {quarter}", PathOf(each), each.State.Word(),
                    $"{each.Datasets.Count - each.In} of {each.Datasets.Count} to send{DueText.Of(each, visit.Today)}"));
        }

        if (await UnplacedAsync(visit, $"receipts/{provider}/") is { Count: > 0 } unplaced)
            items.Add(new WaitingItem("Files that fit nowhere, by their names", $"{PathOf(provider)}#unplaced", null,
                $"{Pipeline.Steps.Pages.PageText.Counted(unplaced.Count, "file", "files")}; each receipt says what to call it"));
        string name = (await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.ProviderNames.GetValueOrDefault(provider)
            ?? provider.ToString();
        return new Waiting($"Returns of {name}", items, [new Crumb("All returns", PathOf(provider)),
            new Crumb("What was paid, and what is withheld and why", $"{PathOf(provider)}/payments")]);
    }

    /// <summary>The receipts of files in folders of a provider's under names that say nothing.</summary>
    private static Task<IReadOnlyList<string>> UnplacedAsync(Visit visit, string folders) =>
        UnplacedFiles.PagesAsync(visit.Steps.Uploads, visit.Steps.Files, folders, visit.Cancel);

    private static async Task<IResult> ReturnsAsync(Visit visit)
    {
        var provider = visit.Provider;
        if ((await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.ProviderNames.GetValueOrDefault(provider) is not { } name)
            throw new NoSuchPageException();
        var quarters = await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel);
        int from = Paging.FirstOf(visit, quarters.Count);
        var shown = new List<(Quarter, IReadOnlyList<ContractReturn>)>();
        foreach (var quarter in quarters.Skip(from).Take(QuartersShown))
        {
            if (await visit.Steps.Returns.OfQuarterAsync(quarter, visit.Today, provider, visit.Cancel) is { Count: > 0 } returns)
                shown.Add((quarter, returns));
        }

        return await Html.PageAsync<ReturnsPage>(visit,
            new ReturnsContent(provider, name, shown, new Paging(PathOf(provider), from, QuartersShown, quarters.Count),
                await UnplacedAsync(visit, $"receipts/{provider}/")));
    }

    private static async Task<ContractReturn> FindAsync(Visit visit) =>
        await visit.Steps.Returns.OfContractAsync(visit.Provider, visit.Contract, visit.Quarter, visit.Today, visit.Cancel)
            ?? throw new NoSuchPageException();

    /// <param name="visit">May name receipts to show, each as <c>dataset.version</c>.</param>
    /// <param name="looked">What a check found; null: nothing was checked.</param>
    /// <param name="problem">What could not be done.</param>
    private static async Task<IResult> ReturnAsync(Visit visit, IReadOnlyList<FileResult>? looked = null, string? problem = null)
    {
        var found = await FindAsync(visit);
        var results = new List<FileResult>(looked ?? []);
        foreach (string? named in visit.Http.Request.Query["receipt"])
        {
            if (named?.Split('.') is [var word, var number] && await UploadsAsync(visit, found, word) is { } uploads
                && (number.StartsWith("duplicate-of-v", StringComparison.Ordinal)
                    ? number["duplicate-of-v".Length..] : number.TrimStart('v')) is var digits
                && uploads.FirstOrDefault(u => u.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) == digits)
                    is { } upload)
                results.Add(new FileResult(word, await Uploading.ReceiptAsync(visit.Steps.Files,
                    $"{upload.ReceiptFolder}{number}.json", visit.Cancel), $"/{upload.ReceiptFolder}{number}.html", IsSent: true));
        }

        var link = visit.Person.Has(Role.Provider) && visit.Asked("link") == "yes"
            ? await visit.Host.UploadLinkAsync(visit.Provider, visit.Cancel) : null;
        return await Html.PageAsync<ReturnPage>(
            visit,
            new ReturnContent(found, await FrameworkAsync(visit, found), results, problem,
                visit.Person.Has(Role.Provider) && visit.Person.Providers.Contains(visit.Provider), link,
                await UnplacedAsync(visit, $"receipts/{visit.Provider}/{visit.Contract}/{visit.Quarter}/")),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The uploads of a dataset, or of workbooks that were refused as a whole; null of what is neither.</summary>
    private static async Task<IReadOnlyList<Upload>?> UploadsAsync(Visit visit, ContractReturn found, string name) =>
        name == FileName.Return
            ? await visit.Steps.Uploads.OfSlotAsync(new Slot.Workbook(visit.Provider, visit.Contract, visit.Quarter), visit.Cancel)
            : found.Datasets.FirstOrDefault(d => d.Dataset.Name == name)?.Uploads;

    private static async Task<Framework> FrameworkAsync(Visit visit, ContractReturn of) =>
        (await visit.Steps.Reference.RegisterAsync(visit.Cancel))!.FrameworkOf(of.Contract);

    private static async Task<IResult> SendAsync(Visit visit)
    {
        var found = await FindAsync(visit);
        var files = Uploading.FilesOf(visit);
        if (files.Count == 0)
            return await ReturnAsync(visit, problem: "Choose at least one file.");
        var chosen = Dataset.Returns.FirstOrDefault(d => d.Name == visit.Given("dataset"));
        if (chosen is not null && files.Count > 1)
            return await ReturnAsync(visit,
                problem: "Several files cannot all hold the same: choose “known from its columns or sheets”, or send them one by one.");
        var known = new List<(Slot Slot, string Ending, byte[] Bytes)>();
        foreach (var file in files)
        {
            byte[] bytes = await Uploading.BytesOfAsync(file, visit.Cancel);
            if (await SlotOfAsync(visit, chosen, file.FileName, bytes) is not { } slot)
                return await ReturnAsync(visit,
                    problem: $"It cannot be told from its columns, its sheets or its name what is in {file.FileName}. Choose it below, or "
                        + "begin with the template. Nothing was sent.");
            known.Add((slot, Uploading.EndingOf(file.FileName), bytes));
        }

        if (visit.Given("act") == "check")
        {
            var checkedFiles = new List<FileResult>();
            foreach (var (slot, ending, bytes) in known)
                checkedFiles.AddRange(await CheckAsync(visit, found, slot, ending, bytes));
            return await ReturnAsync(visit, checkedFiles);
        }

        var receipts = new List<string>();
        WaitsForScanException? waiting = null;
        foreach (var (slot, ending, bytes) in known)
        {
            try
            {
                if (slot is Slot.Workbook workbook)
                    receipts.AddRange((await visit.Steps.Send.SheetsAsync(workbook, bytes, visit.Cancel))
                        .Select(sheet => ReceiptOf(sheet.Slot, sheet.Path)));
                else
                    receipts.Add(ReceiptOf(slot, (await visit.Steps.Send.RunAsync(slot, bytes, ending, cancel: visit.Cancel)).Path));
            }
            catch (WaitsForScanException waits)
            {
                // The others are sent, too.
                waiting = waits;
            }
        }

        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        if (waiting is not null)
            throw waiting;
        return Html.SeeOther($"{PathOf(found)}?{string.Join('&', receipts)}");

        static string ReceiptOf(Slot slot, string path) => $"receipt={slot.Name}.{Path.GetFileNameWithoutExtension(path)}";
    }

    /// <summary>
    /// What a file is for, as far as it tells: a CSV file by its columns, a workbook by the sheets that are named after datasets, and else
    /// each by its name. Null when nothing tells.
    /// </summary>
    private static async Task<Slot?> SlotOfAsync(Visit visit, ReturnDataset? chosen, string fileName, byte[] bytes)
    {
        var whole = new Slot.Workbook(visit.Provider, visit.Contract, visit.Quarter);
        if ((chosen ?? ColumnGuess.DatasetOf(bytes)) is { } dataset)
            return whole.Of(dataset);
        if (Slot.At(whole.Folder + fileName) is { } named)
            return named;
        if (!FileName.IsWorkbook(fileName))
            return null;
        var (sheets, _) = await Task.Run(
            () => FileCheck.SheetsOf(new MemoryStream(bytes, writable: false), Dataset.Returns), visit.Cancel);
        return sheets.Count == 0 ? null : whole;
    }

    /// <summary>What taking a file in would find, as receipts that nobody keeps: one, or one for each filled sheet.</summary>
    private static async Task<IReadOnlyList<FileResult>> CheckAsync(Visit visit, ContractReturn found, Slot slot, string ending,
        byte[] bytes)
    {
        var current = await visit.Steps.Reference.CurrentAsync(visit.Cancel);
        var against = new UploadCheck(current.Frameworks, current.Register, visit.Today)
            { IsClosed = await visit.Steps.Closings.OfAsync(visit.Quarter, visit.Cancel) is not null };
        string fileName = $"{slot.Name}{ending}";
        var file = new MemoryStream(bytes, writable: false);
        var checks = await Task.Run(
            () => slot is Slot.Workbook workbook
                ? against.RunSheets(workbook, fileName, file)
                : [(slot, against.Run(slot, fileName, file))],
            visit.Cancel);
        foreach (var (of, check) in checks)
        {
            if (of is Slot.Return { Dataset: var dataset })
                UploadCheck.NoteFewerRows(check, found.Find(dataset)?.Current);
        }

        var sha256 = new Sha256(System.Security.Cryptography.SHA256.HashData(bytes));
        return [.. checks.Select(of => new FileResult(of.Slot.Name, ReceiptOf(of.Slot, of.Check), null, IsSent: false))];

        Receipt ReceiptOf(Slot of, CheckedFile check)
        {
            var (summary, findings) = Receipt.Of(check.Findings);
            return new Receipt(
                of.Folder + of.Name, "", 0, check.IsAccepted ? UploadStatus.Accepted : UploadStatus.Rejected, sha256, visit.Now,
                check.Rows, check.IsAccepted ? check.Rows : 0, check.Findings.Errors, check.Findings.Warnings, summary, findings)
                { Sheet = check.Sheet };
        }
    }

    private static async Task<DatasetReturn> FindDatasetAsync(Visit visit) =>
        (await FindAsync(visit)).Datasets.FirstOrDefault(d => d.Dataset.Name == visit.Part("dataset")) ?? throw new NoSuchPageException();

    private static async Task<IResult> VersionsAsync(Visit visit, string? problem = null)
    {
        var of = await FindAsync(visit);
        return await Html.PageAsync<VersionsPage>(
            visit, new VersionsContent(of, await FindDatasetAsync(visit), problem,
                visit.Person.Has(Role.Provider) && visit.Person.Providers.Contains(visit.Provider)),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    /// <summary>Sends the bytes of an earlier version again: so it has a receipt and a number, and stands in the trail.</summary>
    private static async Task<IResult> BringBackAsync(Visit visit)
    {
        var of = await FindAsync(visit);
        var dataset = await FindDatasetAsync(visit);
        string asked = visit.Given("version");
        if (dataset.Uploads.FirstOrDefault(u => u.Version.ToString(System.Globalization.CultureInfo.InvariantCulture) == asked
            && u.Status == UploadStatus.Accepted) is not { } version)
            return await VersionsAsync(visit, "Only a version that was accepted can be brought back.");
        if (dataset.Current?.Version == version.Version)
            return await VersionsAsync(visit, $"Version {version.Version} is the current one already.");
        byte[] bytes;
        await using (var kept = await visit.Steps.Files.OpenReadAsync(Archive.PathOf(version), cancel: visit.Cancel))
        {
            using var whole = new MemoryStream();
            await kept.CopyToAsync(whole, visit.Cancel);
            bytes = whole.ToArray();
        }

        var (_, path) = await visit.Steps.Send.RunAsync(new Slot.Return(visit.Provider, visit.Contract, visit.Quarter, dataset.Dataset),
            bytes, Archive.EndingOf(version), mark: "-restore", cancel: visit.Cancel);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return Html.SeeOther($"{PathOf(of)}?receipt={dataset.Dataset.Name}.{Path.GetFileNameWithoutExtension(path)}");
    }

    /// <summary>
    /// The header that a file starts with; or, with <c>.xlsx</c>, a workbook to fill in: for a dataset, or <c>return.xlsx</c> for all.
    /// </summary>
    private static async Task<IResult> TemplateAsync(Visit visit)
    {
        var register = await visit.Steps.Reference.RegisterAsync(visit.Cancel);
        var terms = register?.Terms.Where(term => (term.Contract, term.Provider) == (visit.Contract, visit.Provider)).ToList() ?? [];
        if (terms.Count == 0)
            throw new NoSuchPageException();
        string name = visit.Part("dataset");
        if (name.EndsWith(Workbook, StringComparison.Ordinal))
            return await WorkbookAsync(visit, register!, terms, name[..^Workbook.Length]);
        if (Dataset.Returns.FirstOrDefault(d => d.Name == name) is not { } dataset)
            throw new NoSuchPageException();
        return Results.File(System.Text.Encoding.UTF8.GetBytes(string.Join(',', dataset.Columns.Select(c => c.Name)) + "\r\n"),
            "text/csv; charset=utf-8", $"{dataset.Name}.csv");
    }

    /// <summary>
    /// With the codes of the contract's framework in the quarter that is asked for, else of its latest, and the client groups that it
    /// serves.
    /// </summary>
    private static async Task<IResult> WorkbookAsync(Visit visit, Register register, IReadOnlyList<Term> terms, string name)
    {
        var asked = Quarter.TryParse(visit.Asked("quarter"), out var quarter) && register.Find(visit.Contract, quarter) is { } at
            && at.Provider == visit.Provider ? at.Framework : terms[^1].Framework;
        var framework = register.Frameworks[asked];
        IReadOnlyList<ReturnDataset> datasets =
            [.. WorkbookTemplate.DatasetsOf(framework).Where(d => name == FileName.Return || d.Name == name)];
        if (datasets.Count == 0)
            throw new NoSuchPageException();
        var served = terms.Where(term => term.Framework == asked).SelectMany(term => term.ClientGroups).ToHashSet();
        using var workbook = new MemoryStream();
        await Task.Run(() => WorkbookTemplate.Write(workbook, datasets, framework,
            [.. framework.ClientGroups.Select(g => g.Code).Where(served.Contains)]), visit.Cancel);
        return Results.File(workbook.ToArray(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name + Workbook);
    }

    private static async Task<IResult> PaymentsAsync(Visit visit)
    {
        var provider = visit.Provider;
        if (await visit.Steps.Reference.RegisterAsync(visit.Cancel) is not { } register
            || register.ProviderNames.GetValueOrDefault(provider) is not { } name)
            throw new NoSuchPageException();
        // Before a quarter begins nothing is earned in it, though the calendar may name it.
        IReadOnlyList<Quarter> quarters =
            [.. (await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel)).Where(quarter => quarter.FirstDay <= visit.Today)];
        // Who does not say which wants the latest of which there is something to tell.
        var told = await visit.Steps.Changes.KnownQuartersAsync(visit.Cancel);
        Quarter? asked = Quarter.TryParse(visit.Asked("quarter"), out var q) && quarters.Contains(q) ? q
            : quarters.Cast<Quarter?>().FirstOrDefault(quarter => told.Contains(quarter!.Value))
                ?? (quarters.Count > 0 ? quarters[0] : null);
        var contracts = new List<Core.Reporting.ContractQuarter>();
        foreach (var contract in asked is { } quarter ? register.Active(quarter, provider) : [])
        {
            if (await visit.Steps.Quarters.LoadContractQuarterAsync(asked!.Value, contract.Id) is { } known)
                contracts.Add(known);
        }

        return await Html.PageAsync<PaymentsPage>(visit, new ProviderPaymentsContent(provider, name, asked, quarters, contracts));
    }

    private static async Task<IResult> ExplainAsync(Visit visit)
    {
        var of = await FindAsync(visit);
        var sentences = await visit.Steps.Explain.ContractAsync(visit.Contract, visit.Quarter, visit.Provider, visit.Cancel)
            ?? throw new NoSuchPageException();
        return await Html.PageAsync<ExplainPage>(visit, new ExplainContent(
            $"{of.Contract.ServiceName}, {of.Quarter}", "Where the amount comes from", sentences,
            [Crumb.Home, new Crumb("Returns", PathOf(visit.Provider)),
                new Crumb("Payments", $"{PathOf(visit.Provider)}/payments?quarter={visit.Quarter}")]));
    }
}

/// <param name="Unplaced">The receipts of files that fit nowhere by their names.</param>
public sealed record ReturnsContent(ProviderId Provider, string ProviderName,
    IReadOnlyList<(Quarter Quarter, IReadOnlyList<ContractReturn> Returns)> Quarters, Paging Paging, IReadOnlyList<string> Unplaced);

/// <param name="Return">As it stands.</param>
/// <param name="Framework">Of the contract.</param>
/// <param name="Results">Of what was just checked or sent.</param>
/// <param name="Problem">What could not be done; null when nothing.</param>
/// <param name="CanSend">Whether who looks may send.</param>
/// <param name="UploadLink">For larger files; null when there is none.</param>
/// <param name="Unplaced">The receipts of files in its folder that fit nowhere by their names.</param>
public sealed record ReturnContent(ContractReturn Return, Framework Framework, IReadOnlyList<FileResult> Results, string? Problem,
    bool CanSend, Uri? UploadLink, IReadOnlyList<string> Unplaced);

public sealed record VersionsContent(ContractReturn Return, DatasetReturn Dataset, string? Problem, bool CanSend);

public sealed record ProviderPaymentsContent(ProviderId Provider, string ProviderName, Quarter? Quarter, IReadOnlyList<Quarter> Quarters,
    IReadOnlyList<Core.Reporting.ContractQuarter> Contracts);
