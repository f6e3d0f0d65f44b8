using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Reporting;

/// <summary>
/// The rows of the reporting tables of one contract and quarter (domain.md section 5, docs/reporting-tables.md).
/// A row exists for everything that the contract could report, counts of zero included, so that sums need no outer join.
/// </summary>
public static class ContractRows
{
    /// <summary>The row of <c>elements</c> for what no element can earn. No element may have this code.</summary>
    public const string Unallocated = "unallocated";

    private const string Met = "met";

    /// <summary>In no particular order. Outside the contract's active quarters only what was uploaded and what was paid.</summary>
    public static IReadOnlyList<ReportingRow> Of(ContractQuarter known)
    {
        var at = Common.Of(known.Quarter, known.Contract);
        IReadOnlyList<ReportingRow> always = [.. Submissions(known, at), .. Payments(at, known.Payments, known.ProviderNames)];
        return !known.Contract.IsActive
            ? always
            :
            [
                .. always,
                .. Returns(known, at),
                .. Outcomes(known, at),
                .. Outputs(known, at),
                .. Reasons(known, at),
                .. Kpis(known, at),
                .. Referrals(known, at),
                .. OtherMeasures(known, at),
                .. Quality(known, at),
                .. Elements(known, at),
                .. known.Checks.Select(c => new CheckRow(at, c.Check, c.CarriedOutOn, c.Passed ? "pass" : "fail")),
            ];
    }

    /// <summary>What was released; of a contract that the register does not hold any more, there are no other rows.</summary>
    /// <param name="at">Of the contract now; a payment is shown with the provider that it went to.</param>
    /// <param name="payments">In any order.</param>
    /// <param name="providerNames">As far as they are known.</param>
    public static IEnumerable<PaymentRow> Payments(Common at, IEnumerable<Payment> payments,
        IReadOnlyDictionary<ProviderId, string> providerNames) =>
        from payment in payments
        let line = payment.Released
        let isOfNow = at.ProviderId == line.Provider.ToString() && at.ProviderName.Length > 0
        select new PaymentRow(
            isOfNow ? at : at with
                { ProviderId = line.Provider.ToString(), ProviderName = providerNames.GetValueOrDefault(line.Provider, "") }, line.Run,
                    line.Line, line.PaymentId.ToString(), line.Amount.Pence, line.Entitlement.Pence, line.PreviouslyReleased.Pence,
            payment.Status, LondonDay.Of(payment.ReleasedAt), payment.Confirmation?.PaidOn, payment.Confirmation?.Reference ?? "");

    /// <summary>
    /// What a contract has earned, read back from its rows of <c>elements</c>, which hold all of it but the reasons of decisions.
    /// </summary>
    /// <param name="contract">Whose rows.</param>
    /// <param name="rules">Of its framework.</param>
    /// <param name="rows">All that there are.</param>
    public static Entitlement EntitlementOf(Contract contract, PaymentRules rules, IEnumerable<ElementRow> rows)
    {
        IReadOnlyList<ElementRow> elements = [.. rows.Where(row => row.ElementCode is not (EntitlementLine.Core or Unallocated))];
        return Entitlement.Of(
            contract,
            rules,
            elements.ToDictionary(row => row.ElementCode, row => new ElementEvidence(row.Items, row.Quantity)),
            elements.Where(row => row.DecidedOn is not null).ToDictionary(
                row => row.ElementCode,
                row => new Decision(
                    contract.Id, row.ElementCode, row.Decision == Met, row.Reviewer, row.Approver, row.DecidedOn!.Value, Reason: null)));
    }

    /// <summary>
    /// The contract itself, in a financial year: from its first day to its last by the terms of the year, else as the last of them has it.
    /// </summary>
    /// <param name="terms">Of one contract, those with a day in the year, in their order; at least one.</param>
    /// <param name="financialYear">Which.</param>
    public static ContractRow Of(IReadOnlyList<Term> terms, string financialYear)
    {
        var last = terms[^1];
        return new ContractRow(
            new Common("", financialYear, 0, last.Provider.ToString(), last.ProviderName, last.Contract.ToString(), last.ServiceName,
                last.Framework),
            last.AnnualValue.Pence,
            terms[0].StartsOn,
            last.EndsOn,
            string.Join(';', last.ClientGroups),
            last.SupplierRef);
    }

    private static IEnumerable<SubmissionRow> Submissions(ContractQuarter known, Common at) =>
        known.Uploads.Select(u => new SubmissionRow(
            at, u.Slot, u.Version, u.Status.Word(), u.Rows, u.Errors, u.Warnings, u.Sha256.ToString(), LondonDay.Of(u.TakenInAt), u.Late,
            u.FileName));

    private static IEnumerable<ReturnRow> Returns(ContractQuarter known, Common at) =>
        from dataset in Dataset.Returns
        let uploads = known.Uploads.Where(u => u.Slot == dataset.Name).ToList()
        // A framework without a quality standard asks for no quality return, so there is none to miss.
        where uploads.Count > 0 || dataset != Dataset.Quality || known.Framework.Quality is not null
        let current = Upload.CurrentOf(uploads)
        let state = current is null ? (uploads.Count == 0 ? "missing" : "rejected") : current.Late ? "late" : current.Rows == 0
            ? "nil" : "received"
        select new ReturnRow(at, dataset.Name, state, current?.Version ?? 0, known.Due?.DueOn);

    /// <summary>The outcomes that the contract's clients can have, each with the client groups that it is for.</summary>
    private static IEnumerable<(Outcome Outcome, string Group)> OutcomesByGroup(ContractQuarter known)
    {
        var groups = known.ClientGroups;
        return from outcome in known.Framework.Outcomes
               from clientGroup in groups
               where outcome.IsFor(clientGroup.Code)
               select (outcome, clientGroup.Code);
    }

    private static IEnumerable<OutcomeRow> Outcomes(ContractQuarter known, Common at)
    {
        var counts = known.Outcomes.Outcomes.ToDictionary(c => (c.Outcome, c.ClientGroup));
        foreach (var (outcome, clientGroup) in OutcomesByGroup(known))
        {
            var count = counts.GetValueOrDefault((outcome.Code, clientGroup));
            var (clients, leavers) = (count?.Clients ?? NeedCounts.AdditiveIdentity, count?.Leavers ?? NeedCounts.AdditiveIdentity);
            yield return new OutcomeRow(
                at, outcome.Code, outcome.Title, outcome.Area, clientGroup,
                clients.Need, clients.PartMet, clients.FullyMet, clients.NotMet, clients.Open,
                leavers.FullyMet, leavers.PartMet, leavers.NotMet, leavers.Need);
        }
    }

    private static IEnumerable<OutputRow> Outputs(ContractQuarter known, Common at)
    {
        var counts = known.Outcomes.Indicators.ToDictionary(c => (c.Indicator, c.ClientGroup), c => c.Clients);
        foreach (var (outcome, clientGroup) in OutcomesByGroup(known))
        {
            foreach (var indicator in outcome.Indicators)
            {
                var clients = counts.GetValueOrDefault((indicator.Code, clientGroup), NeedCounts.AdditiveIdentity);
                yield return new OutputRow(
                    at, outcome.Code, outcome.Title, indicator.Code, indicator.Title, clientGroup,
                    clients.Need, clients.PartMet, clients.FullyMet, clients.NotMet, clients.Open);
            }
        }
    }

    private static IEnumerable<ReasonRow> Reasons(ContractQuarter known, Common at)
    {
        var counts = known.Outcomes.Reasons.ToDictionary(c => (c.Outcome, c.Reason, c.ClientGroup), c => c.Clients);
        return from byGroup in OutcomesByGroup(known)
               from reason in known.Framework.Reasons
               let clients = counts.GetValueOrDefault((byGroup.Outcome.Code, reason.Code, byGroup.Group))
               select new ReasonRow(at, byGroup.Outcome.Code, byGroup.Outcome.Title, reason.Code, reason.Title, byGroup.Group, clients);
    }

    private static IEnumerable<KpiRow> Kpis(ContractQuarter known, Common at)
    {
        var counts = known.Outcomes.Kpis.ToDictionary(c => (c.Kpi, c.ClientGroup), c => c.Clients);
        var groups = known.ClientGroups;
        return from kpi in known.Framework.Kpis
               from clientGroup in groups
               select new KpiRow(at, kpi.Code, kpi.Title, clientGroup.Code, counts.GetValueOrDefault((kpi.Code, clientGroup.Code)));
    }

    private static IEnumerable<MeasureRow> Referrals(ContractQuarter known, Common at)
    {
        var counts = known.Referrals ?? new ReferralCounts(0, 0, 0, 0, 0, 0, 0, [], []);
        MeasureRow Whole(string measure, long count, string category = "") => new(at, "referrals", measure, category, count, 0);

        yield return Whole("received", counts.Received);
        yield return Whole("waiting_at_start", counts.Waiting);
        yield return Whole("accepted", counts.Accepted);
        yield return Whole("unsuccessful", counts.Unsuccessful);
        yield return Whole("withdrawn", counts.Withdrawn);
        yield return Whole("waiting_at_end", counts.StillWaiting);
        yield return Whole("joint", counts.Joint);
        // The waiting list must carry over; a difference is a warning that no single file can give.
        yield return Whole("waiting_not_carried_over", known.Referrals is null || known.WaitingBefore is null
            ? 0 : counts.Waiting - known.WaitingBefore.Value);
        foreach (var route in known.Framework.ReferralRoutes)
            yield return Whole("received_by_route", counts.ReceivedByRoute.FirstOrDefault(c => c.Code == route.Code)?.Count ?? 0,
                route.Code);
        foreach (var reason in known.Framework.ReferralReasons)
            yield return Whole("unsuccessful_by_reason", counts.UnsuccessfulByReason.FirstOrDefault(c => c.Code == reason.Code)?.Count ?? 0,
                reason.Code);
    }

    private static IEnumerable<MeasureRow> OtherMeasures(ContractQuarter known, Common at)
    {
        MeasureRow Whole(string area, string measure, string category, long count) => new(at, area, measure, category, count, 0);
        MeasureRow Fraction(string area, string measure, string category, double value) => new(at, area, measure, category, 0, value);

        var hours = known.Hours ?? new HoursCounts(0, 0);
        yield return Fraction("hours", "commissioned", "", hours.CommissionedHundredths / 100d);
        yield return Fraction("hours", "delivered", "", hours.DeliveredHundredths / 100d);
        yield return Fraction("hours", "utilisation", "", hours.CommissionedHundredths == 0
            ? 0 : Rounding.HalfAwayFromZero(10_000, hours.DeliveredHundredths, hours.CommissionedHundredths) / 10_000d);

        foreach (string category in SocialValueReader.Categories.Codes)
        {
            var count = known.SocialValue?.Categories.FirstOrDefault(c => c.Category == category)
                ?? new SocialValueCount(category, 0, 0, 0, 0);
            yield return Whole("social_value", "activities", category, count.Activities);
            yield return Whole("social_value", "beneficiaries", category, count.Beneficiaries);
            yield return Fraction("social_value", "hours", category, count.HoursHundredths / 100d);
            yield return Whole("social_value", "value_pence", category, count.ValuePence);
        }

        foreach (string kind in IncidentsReader.Kinds.Codes)
        {
            var count = known.Incidents?.Kinds.FirstOrDefault(c => c.Kind == kind) ?? new IncidentCount(kind, 0, 0);
            yield return Whole("incidents", "occurred", kind, count.Occurred);
            yield return Whole("incidents", "still_open", kind, count.StillOpen);
        }

        foreach (var question in known.Feedback?.Questions ?? [])
        {
            yield return Whole("feedback", "responses", question.Question, question.Responses);
            yield return Whole("feedback", "positive", question.Question, question.Positive);
        }
    }

    /// <summary>The areas, then the standard as a whole, which passes when all its areas pass.</summary>
    private static IEnumerable<QualityRow> Quality(ContractQuarter known, Common at)
    {
        if (known.Framework.Quality is not { } standard)
            yield break;
        var results = (known.Quality?.Areas ?? []).ToDictionary(a => a.Area, a => a.Passed);
        foreach (var area in standard.Areas)
            yield return new QualityRow(at, standard.Standard, area.Code,
                Result(results.TryGetValue(area.Code, out bool passed) ? passed : null), 0, 0);

        bool? standardPasses = results.ContainsValue(false) ? false : results.Count == standard.Areas.Count ? true : null;
        var elements = known.Entitlement.Elements;
        yield return new QualityRow(
            at, standard.Standard, "", Result(standardPasses),
            Stars: standardPasses == true ? elements.Count(e => e.State == ElementState.Earned) : 0, StarsOutOf: elements.Count);
    }

    private static string Result(bool? passed) => passed switch
    {
        true => "pass",
        false => "fail",
        null => "not_assessed",
    };

    private static IEnumerable<ElementRow> Elements(ContractQuarter known, Common at)
    {
        var entitlement = known.Entitlement;
        var rules = known.Framework.Payment;
        long BasisPoints(long weight) => Rounding.HalfAwayFromZero(10_000, weight, rules.WeightTotal);
        ElementRow Whole(string code, string title, string state, long weight, Money available, Money earned) =>
            new(at, code, title, state, 0, 0, "", "", "", null, weight, available.Pence, earned.Pence);

        yield return Whole(EntitlementLine.Core, EntitlementLine.CoreTitle, ElementState.Earned.Word(), 0, entitlement.Core,
            entitlement.Core);
        foreach (var element in entitlement.Elements)
        {
            yield return new ElementRow(
                at, element.Element.Code, element.Element.Title, element.State.Word(), element.Evidence.Items, element.Evidence.Quantity,
                element.Decision is null ? "" : element.Decision.Met ? Met : "not_met", element.Decision?.Reviewer
                    ?? "", element.Decision?.Approver ?? "",
                element.Decision?.DecidedOn, BasisPoints(element.Element.Weight), element.Available.Pence, element.Earned.Pence);
        }

        if (rules.UnallocatedWeight > 0)
            yield return Whole(Unallocated, "Unallocated", Unallocated, BasisPoints(rules.UnallocatedWeight), entitlement.Unallocated,
                Money.Zero);
    }
}
