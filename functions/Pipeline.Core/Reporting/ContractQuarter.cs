using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Reporting;

/// <summary>All that is known of a contract in a quarter: what its rows and its statement are made from.</summary>
/// <param name="Quarter">The quarter.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Framework">Of the contract.</param>
/// <param name="Uploads">Every numbered upload to the contract's slots of the quarter.</param>
/// <param name="Counts">What the current version of each slot counts for, by the slot's name; a slot without one is missing.</param>
/// <param name="Decisions">The contract's current decisions.</param>
/// <param name="Checks">The commissioner's checks of the contract.</param>
/// <param name="Due">When its returns are due; null when the calendar does not say.</param>
/// <param name="WaitingBefore">How many referrals were waiting at the end of the quarter before; null when that is not known.</param>
public sealed record ContractQuarter(
    Quarter Quarter,
    Contract Contract,
    Framework Framework,
    IReadOnlyList<Upload> Uploads,
    IReadOnlyDictionary<string, FileCounts> Counts,
    IReadOnlyList<Decision> Decisions,
    IReadOnlyList<CheckCarriedOut> Checks,
    CalendarEntry? Due,
    long? WaitingBefore)
{
    /// <summary>What was released to the contract for the quarter.</summary>
    public IReadOnlyList<Payment> Payments { get; init; } = [];

    /// <summary>By whom and when the quarter was closed; null while it is open.</summary>
    public Closing? Closing { get; init; }

    /// <summary>The names of providers, as far as the register holds them: whoever had the contract before may have been paid.</summary>
    public IReadOnlyDictionary<ProviderId, string> ProviderNames { get; init; } = new Dictionary<ProviderId, string>();

    /// <summary>
    /// Those that the contract serves, and those of the clients that were reported while it still did, in the framework's order.
    /// </summary>
    public IReadOnlyList<Coded> ClientGroups =>
        [.. Framework.ClientGroups.Where(g => Contract.ClientGroups.Contains(g.Code)
            || Outcomes.Outcomes.Any(c => c.ClientGroup == g.Code))];

    public OutcomeCounts Outcomes => Current<OutcomeCounts>(Dataset.Outcomes) ?? OutcomeCounts.None;

    public ReferralCounts? Referrals => Current<ReferralCounts>(Dataset.Referrals);

    public HoursCounts? Hours => Current<HoursCounts>(Dataset.Hours);

    public SocialValueCounts? SocialValue => Current<SocialValueCounts>(Dataset.SocialValue);

    public QualityCounts? Quality => Current<QualityCounts>(Dataset.Quality);

    public IncidentCounts? Incidents => Current<IncidentCounts>(Dataset.Incidents);

    public FeedbackCounts? Feedback => Current<FeedbackCounts>(Dataset.Feedback);

    /// <summary>What it has earned (domain.md section 6).</summary>
    public Entitlement Entitlement => Entitlement.Of(
        Contract,
        Framework.Payment,
        Current<EvidenceCounts>(Dataset.Evidence)?.ByElement ?? EvidenceCounts.None.ByElement,
        Decisions.ToDictionary(d => d.Element));

    private T? Current<T>(Dataset dataset)
        where T : FileCounts => (T?)Counts.GetValueOrDefault(dataset.Name);
}
