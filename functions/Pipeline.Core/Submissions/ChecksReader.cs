using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>checks</c>: the commissioner's interviews, visits and audits (domain.md section 4).</summary>
internal sealed class ChecksReader(Register register, Quarter quarter) : DatasetReader(Dataset.Checks)
{
    private const int ContractColumn = 0, Check = 1, CarriedOutOn = 2, Result = 3, Note = 4;

    internal static ReviewDataset Define() => new("checks", "Checks", "one interview, visit or audit of a contract",
    [
        new("contract", "Contract", Form.Id, "The contract, as the register has it."),
        new("check", "Check", Form.Code, "What was carried out."),
        new("carried_out_on", "Carried out on", Form.Date, "The day of it, in the quarter."),
        new("result", "Result", Form.Code, "Whether the contract passed."),
        new("note", "Note", Form.Text, "Anything else that those who read it need to know.") { When = "when there is something to add" },
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part five",
        Counts = typeof(CheckList),
        Reader = (register, quarter) => new ChecksReader(register, quarter),
        FixedCodes = [new("check", Checks), new("result", QualityReader.PassOrFail)],
    };

    internal static readonly CodeTable Checks =
        new(["staff_interview", "management_interview", "validation_visit", "file_audit", "spot_check", "financial_viability",
            "governance"]);

    private readonly QuarterDays _days = new(quarter);
    private readonly SortedDictionary<(ContractId Contract, int Check, DateOnly On), CheckCarriedOut> _checks = [];

    private readonly FirstLines<(ContractId Contract, int Check, DateOnly On)> _seen = new();

    internal override void Read(Row row)
    {
        var contract = row.ActiveContract(ContractColumn, register, quarter);
        var check = row.Code(Check, Checks);
        var on = _days.Within(row, CarriedOutOn, Rules.CheckOutsideQuarter);
        var result = row.Code(Result, QualityReader.PassOrFail);
        row.Text(Note);
        if (contract is null || !check.HasValue || !on.HasValue)
            return;
        var carriedOut = new CheckCarriedOut(contract.Id, Checks.Codes[check.Value], on.Value, result is { HasValue: true, Value: 0 });
        _seen.Check(row, (contract.Id, check.Value, on.Value), Rules.CheckRepeated, Check);
        _checks.TryAdd((contract.Id, check.Value, on.Value), carriedOut);
    }

    internal override FileCounts Count() => new CheckList([.. _checks.Values]);
}

/// <summary>The commissioner's checks in a quarter.</summary>
public sealed record CheckList(IReadOnlyList<CheckCarriedOut> Checks) : FileCounts;

public sealed record CheckCarriedOut(ContractId Contract, string Check, DateOnly CarriedOutOn, bool Passed);
