using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>
/// One kind of CSV file (domain.md section 4). All that is known of it is in the file of its reader: its name, its columns and codes with
/// what a person needs to know of them, how it is read, and what it counts. A new dataset is one such file and one line here.
/// </summary>
public abstract class Dataset : Layout
{
    private static readonly List<Dataset> Listed = [];

    public static readonly ReturnDataset Outcomes = List(OutcomesReader.Define());
    public static readonly ReturnDataset Referrals = List(ReferralsReader.Define());
    public static readonly ReturnDataset Evidence = List(EvidenceReader.Define());
    public static readonly ReturnDataset Hours = List(HoursReader.Define());
    public static readonly ReturnDataset SocialValue = List(SocialValueReader.Define());
    public static readonly ReturnDataset Quality = List(QualityReader.Define());
    public static readonly ReturnDataset Incidents = List(IncidentsReader.Define());
    public static readonly ReturnDataset Feedback = List(FeedbackReader.Define());
    public static readonly ReviewDataset Decisions = List(DecisionsReader.Define());
    public static readonly ReviewDataset Checks = List(ChecksReader.Define());
    public static readonly ConfirmationsDataset Confirmations = List(ConfirmationsReader.Define());
    public static readonly ReferenceDataset Contracts = List(ContractsReader.Define());
    public static readonly ReferenceDataset Calendar = List(CalendarReader.Define());
    public static readonly ReferenceDataset Publication = List(PublicationReader.Define());
    public static readonly ReferenceDataset People = List(PeopleReader.Define());
    public static readonly ReferenceDataset Council = List(CouncilReader.Define());

    private protected Dataset(string name, string title, string row, IReadOnlyList<Column> columns)
        : base(name, columns) => (Title, Row) = (title, row);

    /// <summary>Every kind of CSV file, in the order above.</summary>
    public static IReadOnlyList<Dataset> All { get; } = Listed;

    /// <summary>What a provider returns for each contract and quarter.</summary>
    public static IReadOnlyList<ReturnDataset> Returns { get; } = [.. Listed.OfType<ReturnDataset>()];

    internal sealed override IReadOnlyList<Layout> Known => Listed;

    /// <summary>In words: <c>Social value</c>.</summary>
    public string Title { get; }

    /// <summary>What a row is: <c>one activity for the wider community</c>.</summary>
    public string Row { get; }

    /// <summary>Where a source document asks for it.</summary>
    public required string Source { get; init; }

    /// <summary>The type of what a file counts for.</summary>
    public required Type Counts { get; init; }

    /// <summary>The codes of the columns whose codes are the same everywhere.</summary>
    internal IReadOnlyList<ColumnCodes> FixedCodes { get; init; } = [];

    /// <summary>The codes of the columns whose codes are the framework's; null: there is no such column.</summary>
    internal Func<Framework, IReadOnlyList<ColumnCodes>>? FrameworkCodes { get; init; }

    /// <summary>Whether the codes differ from framework to framework.</summary>
    public bool CodesDependOnFramework => FrameworkCodes is not null;

    /// <summary>
    /// The codes that its columns take, and its reader with them, in the order of the columns. A column without codes is left out.
    /// </summary>
    /// <param name="framework">Of the contract, or of one of them for a file that several contracts share.</param>
    public IReadOnlyList<ColumnCodes> Codes(Framework framework)
    {
        var places = Columns.Select((column, place) => (column.Name, place)).ToDictionary(c => c.Name, c => c.place);
        return [.. FixedCodes.Concat(FrameworkCodes?.Invoke(framework) ?? []).Where(c => c.Codes.Count > 0).OrderBy(c => places[c.Column])];
    }

    public static Dataset? Find(string name) => Listed.Find(d => d.Name == name);

    private static T List<T>(T dataset)
        where T : Dataset
    {
        Listed.Add(dataset);
        return dataset;
    }
}

/// <summary>What a provider returns for a contract and quarter: <c>submissions/{provider}/{contract}/{quarter}/</c>.</summary>
public sealed class ReturnDataset(string name, string title, string row, IReadOnlyList<Column> columns) : Dataset(name, title, row, columns)
{
    internal override string InPlaceOfNothing =>
        "the header line and the rows; with nothing to report, the header alone, which is a nil return";

    /// <summary>Makes the reader of a file.</summary>
    public required Func<Framework, Contract, Quarter, DatasetReader> Reader { get; init; }
}

/// <summary>What the commissioner sends for a quarter: <c>reviews/{quarter}/</c>.</summary>
public sealed class ReviewDataset(string name, string title, string row, IReadOnlyList<Column> columns) : Dataset(name, title, row, columns)
{
    internal override string InPlaceOfNothing => "the header line and the rows to add; what was sent before stands without them";

    /// <inheritdoc cref="ReturnDataset.Reader"/>
    public required Func<Register, Quarter, DatasetReader> Reader { get; init; }
}

/// <summary>What finance sends for a quarter: <c>confirmations/{quarter}/</c>.</summary>
public sealed class ConfirmationsDataset(string name, string title, string row, IReadOnlyList<Column> columns)
    : Dataset(name, title, row, columns)
{
    internal override string InPlaceOfNothing => "the header line and a row for each payment to confirm";

    /// <summary>Makes the reader of a file from the released payments of the quarter by id, and the day on which it is taken in.</summary>
    public required Func<IReadOnlyDictionary<string, ConfirmablePayment>, DateOnly, DatasetReader> Reader { get; init; }
}

/// <summary>What everything else is checked against: <c>reference/</c>.</summary>
public sealed class ReferenceDataset(string name, string title, string row, IReadOnlyList<Column> columns)
    : Dataset(name, title, row, columns)
{
    internal override string InPlaceOfNothing =>
        $"the header line and every row that is to hold: the file takes the place of the one before, and without rows "
        + (this == Contracts ? "no contract is left" : "nothing of that is left");

    /// <summary>Makes the reader of a file from the frameworks by id, and whether a contract is known.</summary>
    public required Func<IReadOnlyDictionary<string, Framework>, Predicate<ContractId>, DatasetReader> Reader { get; init; }
}
