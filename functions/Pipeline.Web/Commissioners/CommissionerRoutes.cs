using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Quarters;
using Pipeline.Web.Operations;
using Pipeline.Web.People;
using Pipeline.Web.Shared;
using static Pipeline.Steps.Pages.PageText;

namespace Pipeline.Web.Commissioners;

/// <summary>What a commissioner does in a quarter: see what has come, extend, check, close.</summary>
internal static class CommissionerRoutes
{
    private const int RowsShown = 25;

    /// <summary>The present one, the one that returns are due for, and the one that is decided, paid and closed.</summary>
    private const int QuartersWaiting = 3;

    private static readonly Access Seeing = Access.For(Roles.Council);
    private static readonly Access Doing = Access.For(Role.Commissioner);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/returns", Seeing, ReturnsAsync),
        SiteRoute.Get("/returns/reminders.csv", Seeing, RemindersAsync),
        SiteRoute.Get("/quarters/{quarter}", Seeing, visit => QuarterAsync(visit)),
        SiteRoute.Post("/quarters/{quarter}/publish", Doing, PublishAsync),
        SiteRoute.Post("/quarters/{quarter}/close", Doing, CloseAsync),
        SiteRoute.Post("/quarters/{quarter}/extend", Doing, ExtendAsync),
        SiteRoute.Post("/quarters/{quarter}/checks", Doing, CheckAsync),
        .. DecisionRoutes.All,
        .. ReferenceRoutes.All,
        .. ChangeRoutes.All,
    ];

    /// <summary>What waits for a commissioner.</summary>
    public static async Task<Waiting> WaitingAsync(Visit visit)
    {
        var items = new List<WaitingItem>();
        if ((await visit.Steps.Held.WaitingAsync(visit.Cancel)).Count is > 0 and var held)
            items.Add(new WaitingItem("Held changes: put in force or drop", ChangeRoutes.Path, "held", Counted(held, "change", "changes")));
        if ((await OperationsRoutes.UnplacedAsync(visit)).Count is > 0 and var unplaced)
            items.Add(new WaitingItem("Files that fit nowhere", "/operations#unplaced", null, Counted(unplaced, "file", "files")));
        foreach (var quarter in (await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel)).Take(QuartersWaiting))
        {
            var returns = await visit.Steps.Returns.OfQuarterAsync(quarter, visit.Today, cancel: visit.Cancel);
            foreach (var state in new[] { ReturnState.Rejected, ReturnState.Overdue })
            {
                int count = returns.Count(r => r.Datasets.Any(d => ReturnsAsked.Is(d, state)));
                if (count > 0)
                    items.Add(new WaitingItem($"Returns of {quarter}", $"/returns?quarter={quarter}&state={ReturnsAsked.CodeOf(state)}",
                        state.Word(), Counted(count, "contract", "contracts")));
            }

            if (quarter.LastDay < visit.Today && (await visit.Steps.Published.OfAsync(quarter, visit.Cancel)).Count == 0)
                items.Add(new WaitingItem($"Report of {quarter}: look at the draft and publish it", QuarterOverview.PathOf(quarter),
                    "draft", null));
            var proposed = await visit.Steps.ProposedDecisions.OfAsync(quarter, visit.Cancel);
            if (proposed.Count(p => p.Signature.By != visit.Person.Person) is > 0 and var others)
                items.Add(new WaitingItem($"Decisions of {quarter}: approve or drop", DecisionRoutes.PathOf(quarter), "proposed",
                    Counted(others, "decision", "decisions") + " proposed by others"));
            if (await visit.ProposalAsync(quarter, returns) is not { } proposal)
                continue;
            var awaiting = proposal.Entitlements.SelectMany(e => e.Elements).Where(e => e.State == ElementState.AwaitingReview).ToList();
            if (awaiting.Count > proposed.Count)
                items.Add(new WaitingItem($"Decisions of {quarter}: look at the evidence", DecisionRoutes.PathOf(quarter),
                    ElementState.AwaitingReview.Word(),
                    $"{Counted(awaiting.Count, "element", "elements")}, {awaiting.Select(e => e.Available).Sum()}"));
        }

        return new Waiting("Commissioning", items, [new Crumb("All returns", "/returns"), new Crumb("Held changes", ChangeRoutes.Path),
            new Crumb("Register, calendar, frameworks and publication", "/reference")]);
    }

    private static async Task<IResult> ReturnsAsync(Visit visit)
    {
        var quarters = await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel);
        if (quarters.Count == 0)
            return await Html.PageAsync<AllReturnsPage>(visit, new AllReturnsContent(new ReturnsAsked(default, "", ""), [], [],
                ReturnsOrdered(visit, "/returns", []), new Paging("/returns", 0, RowsShown, 0)));
        var asked = ReturnsAsked.Of(visit, quarters);
        var all = await visit.Steps.Returns.OfQuarterAsync(asked.Quarter, visit.Today, cancel: visit.Cancel);
        var found = ReturnsOrdered(visit, asked.Path, asked.Of(all));
        int from = Paging.FirstOf(visit, found.Items.Count);
        return await Html.PageAsync<AllReturnsPage>(visit,
            new AllReturnsContent(asked, quarters, all, found, new Paging(found.Path, from, RowsShown, found.Items.Count)));
    }

    private static async Task<IResult> RemindersAsync(Visit visit)
    {
        var quarters = await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel);
        if (quarters.Count == 0)
            throw new NoSuchPageException();
        var asked = ReturnsAsked.Of(visit, quarters);
        var all = await visit.Steps.Returns.OfQuarterAsync(asked.Quarter, visit.Today, cancel: visit.Cancel);
        return Results.Bytes(Reminders.FileOf(asked.Of(all), visit.Today), "text/csv; charset=utf-8", $"missing-{asked.Quarter}.csv");
    }

    private static Ordered<ContractReturn> ReturnsOrdered(Visit visit, string path, IEnumerable<ContractReturn> found) =>
        Ordered.Of<ContractReturn>(visit, path,
    [
        new("Contract", "contract", each => each.Contract.ServiceName),
        new("Provider", "provider", each => each.Contract.ProviderName),
        new("State", "state", each => each.State),
        new("In", "in", each => each.In),
        new("Missing", "missing", each => each.Datasets.Count - each.In),
        new("Due", "due", each => each.Due?.ExtendedTo ?? each.Due?.DueOn),
    ], found);

    private static async Task<IResult> QuarterAsync(Visit visit, string? problem = null, FileResult? result = null)
    {
        var (steps, quarter) = (visit.Steps, visit.Quarter);
        await visit.KnownQuarterAsync();
        var returns = await steps.Returns.OfQuarterAsync(quarter, visit.Today, cancel: visit.Cancel);
        var proposal = await visit.ProposalAsync(quarter, returns);
        IReadOnlyList<(int Count, string One, string Many)> open =
        [
            (returns.Count(r => r.IsOpen), "contract has files still to come", "contracts have files still to come"),
            (returns.Count(r => r.Datasets.Any(d => d.State == ReturnState.Rejected)),
                "contract has a file that was rejected, and none that counts",
                "contracts have a file that was rejected, and none that counts"),
            (proposal?.Entitlements.SelectMany(e => e.Elements).Count(e => e.State == ElementState.AwaitingReview) ?? 0,
                "element has evidence and no decision", "elements have evidence and no decision"),
            ((await steps.BeforeClosing.HeldAsync(quarter, visit.Cancel)).Count, "held change waits for somebody",
                "held changes wait for somebody"),
            ((await steps.ProposedDecisions.OfAsync(quarter, visit.Cancel)).Count, "decision is proposed and not approved",
                "decisions are proposed and not approved"),
            (proposal?.Dues.Count ?? 0, "line is due and not paid", "lines are due and not paid"),
            ((await steps.Runs.OfQuarterAsync(quarter, visit.Cancel)).Count(r => r.Run.IsOpen), "payment run is open",
                "payment runs are open"),
            ((await steps.Ledger.OfQuarterAsync(quarter, visit.Cancel)).Count(p => p.Confirmation is null), "payment is not confirmed",
                "payments are not confirmed"),
        ];
        return await Html.PageAsync<QuarterOverviewPage>(
            visit,
            new QuarterOverview(
                quarter, returns, await steps.Closings.OfAsync(quarter, visit.Cancel),
                [.. open.Where(o => o.Count > 0).Select(o => Counted(o.Count, o.One, o.Many))],
                await steps.Published.OfAsync(quarter, visit.Cancel), problem, result,
                (await steps.Reference.FrameworksAsync(visit.Cancel)).Values.First()),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> CloseAsync(Visit visit)
    {
        if (visit.Given("sure") != "yes")
            return await QuarterAsync(visit, "Say that you have looked at what is still open.");
        if (await visit.Steps.Close.RunAsync(visit.Quarter, visit.Person.Person, visit.Cancel) is { } why)
            return await QuarterAsync(visit, why);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return Html.SeeOther(QuarterOverview.PathOf(visit.Quarter));
    }

    private static async Task<IResult> PublishAsync(Visit visit)
    {
        if (visit.Given("sure") != "yes")
            return await QuarterAsync(visit, "Say that you have looked at the draft.");
        if (await visit.Steps.Publish.RunAsync(visit.Quarter, visit.Person.Person, visit.Given("why"), visit.Cancel) is { } why)
            return await QuarterAsync(visit, why);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return Html.SeeOther(QuarterOverview.PathOf(visit.Quarter));
    }

    /// <summary>A row of the calendar: the contract's own, with the day that everyone's row has.</summary>
    private static async Task<IResult> ExtendAsync(Visit visit)
    {
        var register = await visit.Steps.Reference.RegisterAsync(visit.Cancel);
        if (register is null || !ContractId.TryParse(visit.Given("contract"), out var contract) || !register.Holds(contract))
            return await QuarterAsync(visit, "Choose a contract.");
        if (!DateOnly.TryParseExact(visit.Given("extended_to"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return await QuarterAsync(visit, "Say until which day it may send.");
        var due = register.Due(visit.Quarter, contract)?.DueOn ?? visit.Quarter.LastDay;
        var slot = new Slot.Reference(Dataset.Calendar);
        return await TakenInAsync(visit, slot, await visit.Steps.AddRows.FileWithAsync(slot, Dataset.Calendar, ["quarter", "contract"],
        [
            new Dictionary<string, string>
            {
                ["quarter"] = visit.Quarter.ToString(),
                ["contract"] = contract.ToString(),
                ["due_on"] = due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ["extended_to"] = visit.Given("extended_to"),
            },
        ], visit.Cancel));
    }

    private static async Task<IResult> CheckAsync(Visit visit)
    {
        var slot = new Slot.Review(visit.Quarter, Dataset.Checks);
        return await TakenInAsync(visit, slot, await visit.Steps.AddRows.FileWithAsync(
            slot, Dataset.Checks, ["contract", "check", "carried_out_on"],
            [Dataset.Checks.Columns.ToDictionary(column => column.Name, column => visit.Given(column.Name))], visit.Cancel));
    }

    private static async Task<IResult> TakenInAsync(Visit visit, Slot slot, byte[] file)
    {
        var (receipt, path) = await visit.Steps.Send.RunAsync(slot, file, by: visit.Person.Person, cancel: visit.Cancel);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        return await QuarterAsync(visit, result: FileResult.Sent(slot.Name, receipt, path));
    }
}

/// <summary>Which returns somebody wants to see.</summary>
/// <param name="Quarter">Of which quarter.</param>
/// <param name="State">As <see cref="CodeOf"/> has it; blank: all.</param>
/// <param name="Text">In the provider's, the service's or the contract's name; blank: all.</param>
public sealed record ReturnsAsked(Quarter Quarter, string State, string Text)
{
    public string Path => "/returns?" + Query;

    /// <summary>Of the file of what is missing of them.</summary>
    public string RemindersPath => "/returns/reminders.csv?" + Query;

    private string Query => $"quarter={Quarter}&state={Uri.EscapeDataString(State)}&q={Uri.EscapeDataString(Text)}";

    /// <param name="visit">Whose address says it.</param>
    /// <param name="quarters">Those that are known, newest first: at least one.</param>
    public static ReturnsAsked Of(Visit visit, IReadOnlyList<Quarter> quarters) => new(
        Quarter.TryParse(visit.Asked("quarter"), out var quarter) && quarters.Contains(quarter) ? quarter : quarters[0],
        visit.Asked("state"), visit.Asked("q").Trim());

    /// <summary>For an address: <c>not-due-yet</c>.</summary>
    public static string CodeOf(ReturnState state) => state.Word().Replace(' ', '-');

    /// <summary>Whether a dataset is listed under a state: what was rejected and was due is overdue as well.</summary>
    public static bool Is(DatasetReturn of, ReturnState state) => of.State == state || (state == ReturnState.Overdue && of.IsOverdue);

    public IEnumerable<ContractReturn> Of(IReadOnlyList<ContractReturn> all)
    {
        var states = Enum.GetValues<ReturnState>().Where(state => CodeOf(state) == State).ToList();
        return all.Where(r => (State.Length == 0 || r.Datasets.Any(d => states.Exists(state => Is(d, state)))) && Holds(r.Contract));
    }

    private bool Holds(Contract contract) =>
        Text.Length == 0 || new[] { contract.Id.ToString(), contract.ProviderName, contract.ServiceName }.Any(name =>
            name.Contains(Text, StringComparison.OrdinalIgnoreCase));
}

/// <param name="Asked">What somebody wants to see.</param>
/// <param name="Quarters">Newest first.</param>
/// <param name="All">Of the quarter.</param>
/// <param name="Found">Of these, what was asked for, in the order that was asked for.</param>
/// <param name="Paging">Of what was found.</param>
public sealed record AllReturnsContent(ReturnsAsked Asked, IReadOnlyList<Quarter> Quarters, IReadOnlyList<ContractReturn> All,
    Ordered<ContractReturn> Found, Paging Paging);

/// <param name="Quarter">Which.</param>
/// <param name="Returns">Of every contract.</param>
/// <param name="Closing">Null while it is open.</param>
/// <param name="Open">What is still open, each in words.</param>
/// <param name="Published">The revisions of its public report.</param>
/// <param name="Problem">Why something was not done.</param>
/// <param name="Result">What became of a file that a form made.</param>
/// <param name="AnyFramework">For codes that are the same in each.</param>
public sealed record QuarterOverview(
    Quarter Quarter, IReadOnlyList<ContractReturn> Returns, Closing? Closing, IReadOnlyList<string> Open,
    IReadOnlyList<PublishedReport> Published, string? Problem, FileResult? Result, Framework AnyFramework)
{
    public static string PathOf(Quarter quarter) => $"/quarters/{quarter}";
}
