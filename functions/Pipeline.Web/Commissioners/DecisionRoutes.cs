using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.State;
using Pipeline.Web.People;
using Pipeline.Web.Shared;
using static Pipeline.Steps.Pages.PageText;

namespace Pipeline.Web.Commissioners;

/// <summary>Decisions on payment elements: proposed by one person, for many at once, and approved by another.</summary>
internal static class DecisionRoutes
{
    private const int ContractsShown = 20;

    private static readonly Access Doing = Access.For(Role.Commissioner);

    /// <summary>Stands for whoever will approve, where a file is only checked. Nobody has this name.</summary>
    private static readonly PersonName Somebody = PersonName.Parse("Qzxq Zqxz");

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/quarters/{quarter}/decisions", Access.For(Roles.Council), visit => DecisionsAsync(visit)),
        SiteRoute.Post("/quarters/{quarter}/decisions/propose", Doing, ProposeAsync),
        SiteRoute.Post("/quarters/{quarter}/decisions/approve", Doing, ApproveAsync),
        SiteRoute.Post("/quarters/{quarter}/decisions/file", Doing, FileAsync),
    ];

    /// <summary>In which the contracts can be had, and what each is called.</summary>
    public static IReadOnlyList<(string Order, string Title)> Orders { get; } =
        [("", "contracts"), ("service", "services"), ("provider", "providers"), ("-awaiting", "what awaits review, the most first")];

    private static readonly IReadOnlyList<ListColumn<Entitlement>> ByContract =
    [
        new("Service", "service", e => e.Contract.ServiceName),
        new("Provider", "provider", e => e.Contract.ProviderName),
        new("Awaiting review", "awaiting", e => e.Elements.Where(each => each.State == ElementState.AwaitingReview)
            .Select(each => each.Available).Sum().Pence),
    ];

    public static string PathOf(Quarter quarter) => $"/quarters/{quarter}/decisions";

    private static async Task<IResult> DecisionsAsync(Visit visit, string? problem = null, FileResult? result = null,
        DecisionLook? look = null)
    {
        var quarter = visit.Quarter;
        var proposal = await visit.Steps.Proposals.OfAsync(quarter, visit.Cancel) ?? throw new NoSuchPageException();
        var proposed = (await visit.Steps.ProposedDecisions.OfAsync(quarter, visit.Cancel)).ToDictionary(p => (p.Contract, p.Element));
        string state = visit.Asked("state");
        var ordered = Ordered.Of<Entitlement>(
            visit, $"{PathOf(quarter)}?state={Uri.EscapeDataString(state)}", ByContract,
            proposal.Entitlements.Where(e => state.Length == 0 || e.Elements.Any(each => each.State.Word() == state)));
        var found = ordered.Items;
        int from = Paging.FirstOf(visit, found.Count);
        var contracts = new List<DecisionsOfContract>();
        foreach (var entitlement in found.Skip(from).Take(ContractsShown))
            contracts.Add(new DecisionsOfContract(entitlement,
                Figures(await visit.Steps.Quarters.LoadContractQuarterAsync(quarter, entitlement.Contract.Id))));
        var frameworks = (await visit.Steps.Reference.FrameworksAsync(visit.Cancel)).Values;
        var codes = Dataset.Decisions.Codes(frameworks.First());
        return await Html.PageAsync<DecisionsPage>(
            visit,
            new DecisionsContent(
                quarter, state, contracts, proposed, [.. codes.First(c => c.Column == "decision").Codes.Select(c => c.Code)],
                [.. frameworks.SelectMany(f => f.DecisionReasons).DistinctBy(reason => reason.Code)],
                new Paging(ordered.Path, from, ContractsShown, found.Count), problem, result, look),
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
    }

    /// <summary>What the frameworks ask about beside the evidence.</summary>
    private static List<string> Figures(ContractQuarter? known)
    {
        var figures = new List<string>();
        if (known is null)
            return figures;
        var rows = ContractRows.Of(known);
        foreach (var row in rows.OfType<MeasureRow>())
        {
            if (row is { MeasureArea: "referrals", Measure: "joint" })
                figures.Add(Counted(row.Count, "joint referral", "joint referrals"));
            else if (row is { MeasureArea: "hours", Measure: "utilisation" } && known.Hours is not null)
                figures.Add($"{Percent(row.Value)} of the commissioned hours delivered");
        }

        var areas = rows.OfType<QualityRow>().Where(r => r.QualityArea.Length > 0).ToList();
        if (areas.Count > 0)
            figures.Add($"{areas.Count(a => a.Result == "pass")} of {Counted(areas.Count, "quality area", "quality areas")} passed");
        return figures;
    }

    private static async Task<IResult> ProposeAsync(Visit visit)
    {
        string decision = visit.Given("decision"), reason = visit.Given("reason").Trim(), note = visit.Given("note").Trim();
        var proposed = Chosen(visit)
            .Select(c => new ProposedDecision(c.Contract, c.Element, decision, decision == "met" ? "" : reason, note, visit.Signature))
            .ToList();
        if (proposed.Count == 0 || decision.Length == 0)
            return await DecisionsAsync(visit, "Choose at least one element, and what is decided.");
        // As it would be taken in once somebody approves it, so that nothing is proposed that would be rejected then.
        byte[] file = visit.Steps.DecideElements.File(proposed, Somebody);
        var check = FileCheck.Check(new MemoryStream(file, writable: false),
            Dataset.Decisions.Reader((await visit.Steps.Reference.RegisterAsync(visit.Cancel))!, visit.Quarter));
        if (!check.IsAccepted)
            return await DecisionsAsync(visit,
                string.Join(" ", check.Findings.ByRule.Select(rule => $"{rule.Rule.Wrong.TrimEnd('.')}. {rule.Rule.Mend}")));
        if (visit.Given("act") == "look")
            return await DecisionsAsync(visit, look: await LookAsync(visit, file));
        await visit.Steps.DecideElements.ProposeAsync(visit.Quarter, proposed, visit.Cancel);
        return Html.SeeOther(PathOf(visit.Quarter));
    }

    private static async Task<IResult> ApproveAsync(Visit visit)
    {
        var chosen = Chosen(visit).ToHashSet();
        if (chosen.Count == 0)
            return await DecisionsAsync(visit, "Choose at least one decision.");
        if (visit.Given("act") == "drop")
        {
            await visit.Steps.DecideElements.DropAsync(visit.Quarter, chosen, visit.Cancel);
            return Html.SeeOther(PathOf(visit.Quarter));
        }

        if (visit.Given("act") == "look")
        {
            var proposed = (await visit.Steps.ProposedDecisions.OfAsync(visit.Quarter, visit.Cancel)).Where(p =>
                chosen.Contains((p.Contract, p.Element))).ToList();
            byte[] file = visit.Steps.DecideElements.File(proposed, Somebody);
            return await DecisionsAsync(visit, look: await LookAsync(visit, file));
        }

        switch (await visit.Steps.DecideElements.ApproveAsync(visit.Quarter, chosen, visit.Person.Person, visit.Cancel))
        {
            case DecidedElements.Refused { Why: var why }:
                return await DecisionsAsync(visit, why);
            case DecidedElements.Sent { Receipt: var receipt, ReceiptPath: var path }:
                await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
                return await DecisionsAsync(visit, result: FileResult.Sent("decisions", receipt, path));
            default:
                throw new InvalidOperationException("Decisions are sent or refused.");
        }
    }

    /// <summary>What proposals would change once somebody approves them.</summary>
    private static async Task<DecisionLook> LookAsync(Visit visit, byte[] file)
    {
        var look = await FileLook.OfAsync(visit, new Slot.Review(visit.Quarter, Dataset.Decisions), file);
        var difference = look.Difference.Select(row => row with { Values = [.. row.Values.Select(Said)] });
        return new DecisionLook(look with { Difference = [.. difference] }, IsFile: false);

        static ValueDifference Said(ValueDifference value) =>
            value.Now == Somebody.ToString() ? value with { Now = "whoever approves" } : value;
    }

    /// <summary>A file of decisions that two people took elsewhere: looked at first, then sent as any other.</summary>
    private static async Task<IResult> FileAsync(Visit visit)
    {
        var slot = new Slot.Review(visit.Quarter, Dataset.Decisions);
        if (visit.Given("act") == "send")
        {
            if (FileLook.SentBack(visit) is not { } bytes)
                return await DecisionsAsync(visit, "Choose the file again, and look at it first.");
            if (await FileLook.OvertakenAsync(visit, slot) is { } why)
                return await DecisionsAsync(visit, why);
            var (receipt, path) = await visit.Steps.Send.RunAsync(slot, bytes, by: visit.Person.Person, cancel: visit.Cancel);
            await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
            return await DecisionsAsync(visit, result: FileResult.Sent("decisions", receipt, path));
        }

        if (Uploading.FilesOf(visit) is not [{ Length: <= FileLook.Largest } file])
            return await DecisionsAsync(visit, $"Choose one file, of at most {FileLook.Largest >> 20} MB.");
        return await DecisionsAsync(visit,
            look: new DecisionLook(await FileLook.OfAsync(visit, slot, await Uploading.BytesOfAsync(file, visit.Cancel)), IsFile: true));
    }

    private static IEnumerable<(ContractId Contract, string Element)> Chosen(Visit visit) =>
        from value in visit.Http.Request.Form["element"]
        let parts = value!.Split('|')
        where parts.Length == 2 && ContractId.TryParse(parts[0], out _)
        select (ContractId.Parse(parts[0]), parts[1]);
}

/// <param name="Entitlement">With its elements.</param>
/// <param name="Figures">What the framework asks about, each in words.</param>
public sealed record DecisionsOfContract(Entitlement Entitlement, IReadOnlyList<string> Figures);

/// <param name="Quarter">Which.</param>
/// <param name="State">Of an element of each contract that is shown; blank: all.</param>
/// <param name="Contracts">Those shown.</param>
/// <param name="Proposed">What waits for a second person.</param>
/// <param name="Decisions">What can be decided.</param>
/// <param name="Reasons">Why an element may not be met, of whichever framework.</param>
/// <param name="Paging">Of the contracts.</param>
/// <param name="Problem">Why something was not done.</param>
/// <param name="Result">What became of the file of decisions.</param>
/// <param name="Look">Decisions that were looked at and do not count yet; null when none were.</param>
public sealed record DecisionsContent(
    Quarter Quarter, string State, IReadOnlyList<DecisionsOfContract> Contracts,
    IReadOnlyDictionary<(ContractId Contract, string Element), ProposedDecision> Proposed,
    IReadOnlyList<string> Decisions, IReadOnlyList<Coded> Reasons, Paging Paging, string? Problem, FileResult? Result, DecisionLook? Look);

/// <param name="Look">What decisions would change.</param>
/// <param name="IsFile">Whether it is a file that can be sent; else proposals, which another person approves.</param>
public sealed record DecisionLook(FileLook Look, bool IsFile);
