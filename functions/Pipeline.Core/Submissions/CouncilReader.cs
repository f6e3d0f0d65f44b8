using System.Collections.Frozen;
using System.Net.Mail;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>reference/council.csv</c>: who publishes, and where everybody may ask. One row.</summary>
internal sealed class CouncilReader() : DatasetReader(Dataset.Council)
{
    private const int Title = 0, Contact = 1;

    internal static ReferenceDataset Define() => new("council", "Council", "the council that publishes; there is one row",
    [
        new("title", "Title", Form.Text, "What the council is called, as public reports show it."),
        new("contact", "Contact", Form.Text,
            "Where everybody may ask about what is published: an https address, or a mailbox that is named by what it is for."),
    ])
    {
        Source = "domain.md section 4",
        Counts = typeof(CouncilList),
        Reader = (_, _) => new CouncilReader(),
    };

    private readonly List<Council> _rows = [];
    private bool _isSecond;

    internal override void Read(Row row)
    {
        if (_isSecond)
            row.Report(Rules.CouncilRepeated);
        _isSecond = true;
        bool isNamed = row.Text(Title);
        // A mailbox is what is asked for here, so that it is no finding that there is one; whose it is, is checked below.
        if (row.Text(Contact, personalDataToo: false) && Council.ContactIn(row.String(Contact)) is null)
            row.Report(Rules.ContactOfAPerson, Contact);
        else if (isNamed && !row.IsBlank(Contact))
            _rows.Add(new Council(row.String(Title), row.String(Contact)));
    }

    internal override FileCounts Count() => new CouncilList([.. _rows]);
}

/// <summary>The council that publishes.</summary>
/// <param name="Rows">One, or none in a file of a header only.</param>
public sealed record CouncilList(IReadOnlyList<Council> Rows) : FileCounts
{
    public static readonly CouncilList None = new([]);
}

/// <param name="Title">What it is called.</param>
/// <param name="Contact">An https address, or a mailbox of the council's that is nobody's own.</param>
public sealed record Council(string Title, string Contact)
{
    /// <summary>
    /// A mailbox that many read is named by one of these, and nobody is called so. What a mailbox is for cannot be told otherwise:
    /// <c>housing.support@</c> and <c>ann.price@</c> are written alike.
    /// </summary>
    private static readonly FrozenSet<string> Purposes = new[]
    {
        "adults", "adultsocialcare", "care", "commissioning", "communications", "contact", "contracts", "council", "customerservices",
        "data", "enquiries", "feedback", "foi",
        "governance", "health", "hello", "help", "housing", "info", "information", "insight", "intelligence", "mail", "office", "opendata",
        "outcomes", "performance", "policy",
        "press", "publications", "publichealth", "reports", "research", "service", "services", "statistics", "stats", "support", "team",
        "transparency", "web", "wellbeing",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where a link to the contact leads.</summary>
    public Uri Link => ContactIn(Contact) ?? throw new InvalidOperationException("The contact does not check.");

    /// <returns>Null when the text is neither an https address nor a mailbox that is named by what it is for.</returns>
    internal static Uri? ContactIn(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
        {
            return MailAddress.TryCreate(text, out var mailbox) && mailbox.Address == text
                && mailbox.User.Split('.', '-', '_').Any(Purposes.Contains)
                && Uri.TryCreate($"mailto:{text}", UriKind.Absolute, out var mail) ? mail : null;
        }

        return text.StartsWith("https://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address.Host.Contains('.', StringComparison.Ordinal)
            ? address
            : null;
    }
}
