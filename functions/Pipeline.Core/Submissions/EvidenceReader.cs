using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>evidence</c>: one row per item of evidence for a payment element (domain.md section 4).</summary>
internal sealed class EvidenceReader(Framework framework, Quarter quarter) : DatasetReader(Dataset.Evidence)
{
    private const int Element = 0, Kind = 1, EvidenceRef = 2, EvidenceOn = 3, Quantity = 4, Description = 5;

    internal static ReturnDataset Define() => new("evidence", "Evidence", "one item of evidence for a payment element",
    [
        new("element", "Payment element", Form.Code, "The payment element that it is evidence for."),
        new("kind", "Kind", Form.Code, "What kind of evidence it is, of those that the element takes."),
        new("evidence_ref", "Evidence reference", Form.Reference, "Where you keep it, by your own reference; once for each element."),
        new("evidence_on", "Evidence on", Form.Date, "The day that it is evidence of, in the quarter."),
        new("quantity", "Quantity", Form.WholeNumber, "How many it stands for, such as referrals; 1 or more.")
        {
            When = "when it is not 1",
        },
        new("description", "Description", Form.Text, "What it is, for the reviewer.") { When = "when it helps the reviewer" },
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part three; Performance Outcomes Framework, Payment by Outcomes",
        Counts = typeof(EvidenceCounts),
        Reader = (framework, _, quarter) => new EvidenceReader(framework, quarter),
        FrameworkCodes = f =>
        [
            new("element", [.. f.Payment.Elements.Select(e => new Coded(e.Code, e.Title))]),
            .. f.Payment.Elements.Select(e => new ColumnCodes("kind", e.Code, e.Kinds)),
        ],
    };

    private readonly QuarterDays _days = new(quarter);
    private readonly CodeTable _elements = new(framework.Payment.Elements.Select(e => (e.Code, e.Title)));
    private readonly CodeTable[] _kinds =
        [.. framework.Payment.Elements.Select(e => new CodeTable(e.Kinds.Select(k => (k.Code, k.Title))))];
    private readonly FirstLines<(int Element, string Reference)> _seen = new();
    private readonly long[] _items = new long[framework.Payment.Elements.Count];
    private readonly long[] _quantities = new long[framework.Payment.Elements.Count];

    internal override void Read(Row row)
    {
        var element = row.Code(Element, _elements);
        if (row.IsBlank(Kind))
            row.Report(Rules.ValueMissing, Kind);
        else if (!element.HasValue)
            row.ReportPersonalData(Kind);
        else if (_kinds[element.Value].Find(row[Kind]) < 0)
            row.ReportForm(Rules.KindNotOfElement, Kind, _kinds[element.Value].Expected);
        var reference = row.EvidenceReference(EvidenceRef);
        _days.Within(row, EvidenceOn, Rules.EvidenceOutsideQuarter);
        var quantity = row.Whole(Quantity);
        if (quantity is { HasValue: true, Value: 0 })
            row.Report(Rules.QuantityZero, Quantity, "1 or more");
        row.Text(Description);

        if (!element.HasValue)
            return;
        if (!reference.IsEmpty)
            _seen.Check(row, (element.Value, Encoding.UTF8.GetString(reference)), Rules.EvidenceRepeated, EvidenceRef);
        _items[element.Value]++;
        _quantities[element.Value] += quantity.HasValue ? quantity.Value : 1;
    }

    internal override FileCounts Count() => new EvidenceCounts(
        [.. _elements.Codes.Select((code, i) => new ElementEvidenceCount(code, _items[i], _quantities[i])).Where(e => e.Items > 0)]);
}

public sealed record EvidenceCounts(IReadOnlyList<ElementEvidenceCount> Elements) : FileCounts
{
    public static readonly EvidenceCounts None = new([]);

    public IReadOnlyDictionary<string, ElementEvidence> ByElement =>
        Elements.ToDictionary(e => e.Element, e => new ElementEvidence(e.Items, e.Quantity));
}

public sealed record ElementEvidenceCount(string Element, long Items, long Quantity);
