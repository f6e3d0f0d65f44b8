using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>The reader for each kind of file, with what it is checked against.</summary>
public static class Readers
{
    /// <summary>For what a provider returns.</summary>
    public static DatasetReader ForReturn(Dataset dataset, Framework framework, Contract contract, Quarter quarter) => dataset.Name switch
    {
        "outcomes" => new OutcomesReader(framework, contract, quarter),
        "referrals" => new ReferralsReader(framework, quarter),
        "evidence" => new EvidenceReader(framework, quarter),
        "hours" => new HoursReader(quarter),
        "social-value" => new SocialValueReader(quarter),
        "quality" => new QualityReader(framework, quarter),
        "incidents" => new IncidentsReader(quarter),
        "feedback" => new FeedbackReader(quarter),
        _ => throw new ArgumentOutOfRangeException(nameof(dataset), "Providers do not send this dataset."),
    };

    /// <summary>For what the commissioner's reviewers send.</summary>
    public static DatasetReader ForReview(Dataset dataset, Register register, Quarter quarter) => dataset.Name switch
    {
        "decisions" => new DecisionsReader(register, quarter),
        "checks" => new ChecksReader(register, quarter),
        _ => throw new ArgumentOutOfRangeException(nameof(dataset), "Reviewers do not send this dataset."),
    };

    /// <param name="payments">The released payments of the quarter by id.</param>
    /// <param name="today">The day on which the file is taken in.</param>
    public static DatasetReader ForConfirmations(IReadOnlyDictionary<string, ConfirmablePayment> payments, DateOnly today) => new ConfirmationsReader(payments, today);

    /// <param name="frameworks">By id.</param>
    public static DatasetReader ForContracts(IReadOnlyDictionary<string, Framework> frameworks) => new ContractsReader(frameworks);

    public static DatasetReader ForCalendar(IReadOnlySet<ContractId> contracts) => new CalendarReader(contracts);

    public static DatasetReader ForPublication() => new PublicationReader();
}
