using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Machines;

/// <summary>What people do by pages, for programs, as JSON. On Azure the functions of the same paths answer before these.</summary>
internal static class MachineRoutes
{
    private static readonly Access Council = Access.For(Roles.Council);
    private static readonly Access OfProvider = Access.For([Role.Provider, .. Roles.Council]);
    private static readonly Access Deciding = Access.For(Role.Commissioner, Role.Finance);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Machine("GET", Description.Path, Access.Anybody, DescribedAsync, new ForMachines("describe", "This description.", null)),
        SiteRoute.Machine("GET", "/api/health", Access.Anybody, HealthAsync,
            new ForMachines("health", "Whether the storage is reached.", null)),
        SiteRoute.Machine("GET", "/api/quarters", Council, QuartersAsync,
            new ForMachines("listQuarters", "The quarters that are known, newest first.", typeof(IReadOnlyList<string>))),
        SiteRoute.Machine("GET", "/api/quarters/{quarter}/returns", Council, visit => ReturnsAsync(visit, null),
            new ForMachines("listReturns", "Every contract's return of a quarter and how it stands.", typeof(IReadOnlyList<ReturnAnswer>))),
        SiteRoute.Machine("GET", "/api/providers/{provider}/returns/{quarter}", OfProvider, visit => ReturnsAsync(visit, visit.Provider),
            new ForMachines("listReturnsOfProvider", "A provider's returns of a quarter and how they stand.",
                typeof(IReadOnlyList<ReturnAnswer>))),
        SiteRoute.Machine("POST", "/api/providers/{provider}/returns/{contract}/{quarter}/{dataset}", Access.For(Role.Provider), SendAsync,
            new ForMachines("send",
                $"Sends a file of up to {Uploading.LargestMegabytes} MB as it is, and answers with its receipt. A larger one goes by an "
                + "upload link.", typeof(ReceiptAnswer), Bodies.Csv, Bodies.Workbook)),
        SiteRoute.Machine("POST", "/api/providers/{provider}/returns/{contract}/{quarter}/return", Access.For(Role.Provider),
            SendWorkbookAsync, new ForMachines("sendReturn",
                $"Sends the workbook of a whole return, of up to {Uploading.LargestMegabytes} MB, and answers with the receipt of each "
                + "filled sheet. One that is refused as a whole has a receipt of its own.", typeof(IReadOnlyList<ReceiptAnswer>),
                Bodies.Workbook)),
        SiteRoute.Machine("GET", "/api/providers/{provider}/statements/{contract}/{quarter}", OfProvider, StatementAsync,
            new ForMachines("readStatement", "What a contract reported, earned and was paid in a quarter.", typeof(StatementAnswer))),
        SiteRoute.Machine("POST", "/api/providers/{provider}/upload-link", Access.For(Role.Commissioner, Role.Administrator), LinkAsync,
            new ForMachines("uploadLink", "A link by which files of any size reach a provider's own directory.", typeof(UploadLinkAnswer))
                { Query = [("days", "For how long, 1 to 7; 3 unless it is said.")] }),
        SiteRoute.Machine("GET", "/api/quarters/{quarter}/payments", Council, PaymentsAsync,
            new ForMachines("listPayments", "The runs of a quarter, and every payment that was released.", typeof(PaymentsAnswer))),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/runs", Deciding,
            visit => StepAsync(visit, visit.Steps.Prepare.RunAsync(visit.Quarter, visit.Person.Person, visit.Cancel)),
            new ForMachines("preparePayments", "Prepares a run of what is due.", typeof(RunAnswer))),
        SiteRoute.Machine("GET", "/api/quarters/{quarter}/runs/{number}", Council, RunAsync,
            new ForMachines("readRun", "A run as it is now.", typeof(RunAnswer))),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/runs/{number}/approve", Deciding,
            visit => StepAsync(visit, visit.Steps.Decide.ApproveAsync(visit.Quarter, visit.Number, visit.Person.Person, visit.Cancel)),
            new ForMachines("approvePayments", "Approves a run that somebody else prepared.", typeof(RunAnswer))),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/runs/{number}/reject", Deciding,
            visit =>
                StepAsync(visit, visit.Steps.Decide.RejectAsync(visit.Quarter, visit.Number, visit.Person.Person, visit.Asked("reason"),
                    visit.Cancel)), new ForMachines("rejectPayments", "Rejects a run.", typeof(RunAnswer))
                        { Query = [("reason", "Why.")] }),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/runs/{number}/release", Access.For(Role.Finance),
            visit => StepAsync(visit, visit.Steps.Release.RunAsync(visit.Quarter, visit.Number, visit.Person.Person)),
            new ForMachines("releasePayments", "Releases an approved run to finance, or carries an interrupted release to its end.",
                typeof(RunAnswer))),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/close", Access.For(Role.Commissioner), CloseAsync,
            new ForMachines("closeQuarter",
                "Ends the uploads to a quarter, once. What is still open in it is told with 409 unless anyway is true.",
                null) { Query = [("anyway", "true: close it though something is open.")] }),
        .. CommissioningRoutes.All,
        SiteRoute.Get("/api/{**path}", Access.Anybody, _ => Task.FromResult(Problems.NotFound())),
    ];

    private static async Task<IResult> DescribedAsync(Visit visit)
    {
        var document = await visit.Http.RequestServices.GetRequiredKeyedService<IOpenApiDocumentProvider>(Description.Name)
            .GetOpenApiDocumentAsync(visit.Cancel);
        return Results.Text(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, visit.Cancel),
            MediaTypeNames.Application.Json);
    }

    private static async Task<IResult> HealthAsync(Visit visit)
    {
        await visit.Steps.Files.StatAsync("reference/contracts.csv", visit.Cancel);
        return Results.Ok();
    }

    private static async Task<IResult> QuartersAsync(Visit visit) =>
        Json((await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel)).Select(q => q.ToString()).ToList());

    private static async Task<IResult> ReturnsAsync(Visit visit, ProviderId? provider)
    {
        await visit.KnownQuarterAsync();
        return Json((await visit.Steps.Returns.OfQuarterAsync(visit.Quarter, visit.Today, provider, visit.Cancel)).Select(ReturnAnswer.Of)
            .ToList());
    }

    private static async Task<IResult> SendAsync(Visit visit)
    {
        // What is sent there with another type of content comes here.
        if (visit.Part("dataset") == FileName.Return)
            return await SendWorkbookAsync(visit);
        if (Dataset.Returns.FirstOrDefault(d => d.Name == visit.Part("dataset")) is not { } dataset)
            throw new NoSuchPageException("There is no such dataset. There are "
                + $"{string.Join(", ", Dataset.Returns.Select(d => d.Name))}, and return for the workbook of a whole return.");
        await HeldContractAsync(visit);
        var (bytes, ending, refusal) = await Bodies.ReadAsync(visit, Bodies.Csv, Bodies.Workbook);
        if (refusal is not null)
            return refusal;
        var (receipt, path) = await visit.Steps.Send.RunAsync(new Slot.Return(visit.Provider, visit.Contract, visit.Quarter, dataset),
            bytes, ending, cancel: visit.Cancel);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return Json(ReceiptAnswer.Of(receipt, path));
    }

    private static async Task<IResult> SendWorkbookAsync(Visit visit)
    {
        await HeldContractAsync(visit);
        var (bytes, _, refusal) = await Bodies.ReadAsync(visit, Bodies.Workbook);
        if (refusal is not null)
            return refusal;
        var sheets = await visit.Steps.Send.SheetsAsync(new Slot.Workbook(visit.Provider, visit.Contract, visit.Quarter), bytes,
            visit.Cancel);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return Json(sheets.Select(sheet => ReceiptAnswer.Of(sheet.Receipt, sheet.Path)).ToList());
    }

    /// <summary>Looks whether the provider holds the contract in the quarter, and may send for it.</summary>
    private static async Task HeldContractAsync(Visit visit)
    {
        if (await visit.Steps.Returns.OfContractAsync(visit.Provider, visit.Contract, visit.Quarter, visit.Today, visit.Cancel) is null)
            throw NotHeld;
    }

    private static NoSuchPageException NotHeld => new("The provider holds no contract of this id in this quarter.");

    private static async Task<IResult> StatementAsync(Visit visit) =>
        await visit.Steps.Quarters.LoadContractQuarterAsync(visit.Quarter, visit.Contract) is { Contract.IsActive: true } known
            && known.Contract.Provider == visit.Provider
            ? Json(StatementAnswer.Of(known))
            : throw NotHeld;

    private static async Task<IResult> LinkAsync(Visit visit)
    {
        if ((await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.Terms.Any(term => term.Provider == visit.Provider) != true)
            throw new NoSuchPageException("The register holds no contract of this provider.");
        return visit.Host.GivesUploadLinks && await visit.Host.UploadLinkAsync(visit.Provider, visit.Cancel) is { } link
            ? Json(new UploadLinkAnswer(link, null)) : throw new NoSuchPageException("There are no upload links here.");
    }

    private static async Task<IResult> PaymentsAsync(Visit visit)
    {
        await visit.KnownQuarterAsync();
        var runs = await visit.Steps.Runs.OfQuarterAsync(visit.Quarter, visit.Cancel);
        return Json(new PaymentsAnswer(
            visit.Quarter.ToString(), [.. runs.Select(stored => RunAnswer.Of(stored.Run))],
            [.. (await visit.Steps.Ledger.OfQuarterAsync(visit.Quarter, visit.Cancel)).Select(PaymentAnswer.Of)]));
    }

    private static async Task<IResult> RunAsync(Visit visit)
    {
        var stored = await visit.Steps.Runs.FindAsync(visit.Quarter, visit.Number, visit.Cancel)
            ?? throw new NoSuchPageException("The quarter has no run of this number. GET /api/quarters/{quarter}/payments lists its runs.");
        var run = await visit.Steps.Proposals.AsOfAsync(stored.Run, visit.Now, visit.Cancel);
        return Json(RunAnswer.Of(run) with { State = await visit.Steps.Runs.WordAsync(run, visit.Cancel) });
    }

    private static async Task<IResult> StepAsync(Visit visit, Task<RunResult> step)
    {
        switch (await step)
        {
            case RunResult.Done { Run: var run }:
                await visit.Host.RunChangedAsync(visit.Http, run);
                return Json(RunAnswer.Of(run));
            case RunResult.Refused { Why: var why }:
                return Problems.Refused(why);
            default:
                throw new InvalidOperationException("A step is done or refused.");
        }
    }

    private static async Task<IResult> CloseAsync(Visit visit)
    {
        if (visit.Asked("anyway") != "true"
            && await visit.Steps.BeforeClosing.WhyNotYetAsync(visit.Quarter, "?anyway=true", visit.Cancel) is { } open)
            return Problems.Refused(open);
        if (await visit.Steps.Close.RunAsync(visit.Quarter, visit.Person.Person, visit.Cancel) is { } why)
            return Problems.Refused(why);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return Results.NoContent();
    }

    internal static IResult Json<T>(T answer) => Results.Json(answer, JsonSerializerOptions.Web);
}
