using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>decisions</c>: what two of the commissioner's people decided on each payment element (domain.md section 4).</summary>
internal sealed class DecisionsReader(Register register, Quarter quarter) : DatasetReader(Dataset.Decisions)
{
    private const int ContractColumn = 0, Element = 1, DecisionColumn = 2, Reviewer = 3, Approver = 4, DecidedOn = 5, Reason = 6, Note = 7;
    private const int Met = 0, NotMet = 1, Withdrawn = 2;

    internal static ReviewDataset Define() => new("decisions", "Decisions", "one decision on a payment element of a contract",
    [
        new("contract", "Contract", Form.Id, "The contract, as the register has it."),
        new("element", "Payment element", Form.Code, "The payment element that was decided on."),
        new("decision", "Decision", Form.Code,
            "What was decided; withdrawn takes a decision of an earlier file back. What a file does not name stays as it was."),
        new("reviewer", "Reviewer", Form.StaffName, "Who reviewed the evidence."),
        new("approver", "Approver", Form.StaffName, "Who approved the decision: somebody else than the reviewer."),
        new("decided_on", "Decided on", Form.Date, "The day of the decision, in the quarter or after it."),
        new("reason", "Reason", Form.Code, "Why; other for what is not listed.")
        {
            When = "when the element was not met",
        },
        new("note", "Note", Form.Text, "Anything else that those who read the decision need to know.")
        {
            When = "when there is something to add",
        },
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part three; Performance Outcomes Framework, Payment by Outcomes",
        Counts = typeof(DecisionList),
        Reader = (register, quarter) => new DecisionsReader(register, quarter),
        FixedCodes = [new("decision", Results)],
        FrameworkCodes = f => [new("element", [.. f.Payment.Elements.Select(e => new Coded(e.Code, e.Title))]),
            new("reason", f.DecisionReasons)],
    };

    internal static readonly CodeTable Results = new(["met", "not_met", "withdrawn"]);

    private readonly Dictionary<string, CodeTable> _elements =
        register.Frameworks.Values.ToDictionary(f => f.Id, f => new CodeTable(f.Payment.Elements.Select(e => (e.Code, e.Title))));

    private readonly Dictionary<string, CodeTable> _reasons =
        register.Frameworks.Values.ToDictionary(f => f.Id, f => new CodeTable(f.DecisionReasons.Select(r => r.Code)));

    private readonly SortedDictionary<(ContractId Contract, int Element), Decision> _decisions = [];
    private readonly SortedDictionary<(ContractId Contract, int Element), Withdrawal> _withdrawals = [];

    private readonly FirstLines<(ContractId Contract, int Element)> _seen = new();

    internal override void Read(Row row)
    {
        var contract = row.ActiveContract(ContractColumn, register, quarter);
        var element = ReadElement(row, contract);
        var decision = row.Code(DecisionColumn, Results);
        var reviewer = row.StaffName(Reviewer);
        var approver = row.StaffName(Approver);
        if (reviewer is not null && approver is not null && reviewer.CouldBe(approver))
            row.Report(Rules.ApproverIsReviewer, Approver, "somebody else than the reviewer");
        var decidedOn = row.Date(DecidedOn);
        if (decidedOn.HasValue && decidedOn.Value < quarter.FirstDay)
            row.Report(Rules.DecidedBeforeQuarter, DecidedOn, $"{quarter.FirstDay:yyyy-MM-dd} or later");
        string? reason = ReadReason(row, contract);
        if (decision is { HasValue: true, Value: NotMet } && row.IsBlank(Reason))
            row.Report(Rules.DecisionReasonMissing, Reason);
        row.Text(Note);
        if (contract is null || !element.HasValue)
            return;
        string code = _elements[contract.Framework].Codes[element.Value];
        var key = (contract.Id, element.Value);
        _seen.Check(row, key, Rules.DecisionRepeated, Element);
        if (decision is { HasValue: true, Value: Withdrawn })
            _withdrawals.TryAdd(key, new Withdrawal(contract.Id, code, reviewer?.ToString() ?? "", approver?.ToString() ?? "",
                decidedOn.Value, reason));
        else
            _decisions.TryAdd(key, new Decision(contract.Id, code, decision is { HasValue: true, Value: Met }, reviewer?.ToString() ?? "",
                approver?.ToString() ?? "", decidedOn.Value, reason));
    }

    internal override FileCounts Count() => new DecisionList([.. _decisions.Values]) { Withdrawals = [.. _withdrawals.Values] };

    private Place ReadElement(Row row, Contract? contract)
    {
        if (row.IsBlank(Element))
        {
            row.Report(Rules.ValueMissing, Element);
            return default;
        }

        if (contract is null)
        {
            row.ReportPersonalData(Element);
            return default;
        }

        var elements = _elements[contract.Framework];
        int found = elements.Find(row[Element]);
        if (found >= 0)
            return found;
        row.ReportForm(Rules.ElementNotOfContract, Element, elements.Expected);
        return default;
    }

    private string? ReadReason(Row row, Contract? contract)
    {
        // Whose contract it is says which reasons there are.
        if (contract is null)
        {
            row.ReportPersonalData(Reason);
            return null;
        }

        var reasons = _reasons[contract.Framework];
        var found = row.Code(Reason, reasons);
        return found.HasValue ? reasons.Codes[found.Value] : null;
    }
}

/// <summary>What a file adds to the commissioner's decisions for a quarter.</summary>
/// <param name="Decisions">Each of another element, or another contract's.</param>
public sealed record DecisionList(IReadOnlyList<Decision> Decisions) : FileCounts
{
    /// <summary>Of elements that are not among the decisions.</summary>
    public IReadOnlyList<Withdrawal> Withdrawals { get; init; } = [];

    /// <summary>
    /// The decisions that stand after several files: for each contract and element what the latest file says that names it; what a file
    /// does not name stays as it was.
    /// </summary>
    /// <param name="lists">The accepted files of a quarter, oldest first.</param>
    public static IReadOnlyList<Decision> Standing(IEnumerable<DecisionList> lists)
    {
        var standing = new Dictionary<(ContractId, string), Decision>();
        foreach (var list in lists)
        {
            foreach (var decision in list.Decisions)
                standing[(decision.Contract, decision.Element)] = decision;
            foreach (var withdrawal in list.Withdrawals)
                standing.Remove((withdrawal.Contract, withdrawal.Element));
        }

        return [.. standing.Values];
    }
}
