using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>reference/calendar.csv</c>: when returns are due, for everyone or for one contract (domain.md section 4).</summary>
internal sealed class CalendarReader(Predicate<ContractId> isContract) : DatasetReader(Dataset.Calendar)
{
    private const int QuarterColumn = 0, ContractColumn = 1, DueOn = 2, ExtendedTo = 3;

    internal static ReferenceDataset Define() => new("calendar", "Calendar", "the days on which a quarter is due",
    [
        new("quarter", "Quarter", Form.Quarter, "The quarter."),
        new("contract", "Contract", Form.Id, "The contract that the row is for.") { When = "when the row is not for every contract" },
        new("due_on", "Due on", Form.Date, "The day on which the return is due."),
        new("extended_to", "Extended to", Form.Date, "The day until which the return is taken in after the quarter is closed.")
        {
            When = "when there is an extension",
        },
    ])
    {
        Source = "domain.md section 4",
        Counts = typeof(CalendarList),
        Reader = (_, isContract) => new CalendarReader(isContract),
    };

    private readonly SortedDictionary<(Quarter Quarter, ContractId Contract), CalendarEntry> _entries = [];

    private readonly FirstLines<(Quarter Quarter, ContractId? Contract)> _seen = new();

    internal override void Read(Row row)
    {
        var quarter = row.Quarter(QuarterColumn);
        var contract = ReadContract(row);
        var due = row.Date(DueOn);
        var extended = row.Date(ExtendedTo);
        if (due.HasValue && extended.HasValue && extended.Value < due.Value)
            row.Report(Rules.ExtendedBeforeDue, ExtendedTo, "a day on or after due_on");
        if (quarter is null || !contract.HasValue)
            return;
        var entry = new CalendarEntry(quarter.Value, contract.Value, due.Value, extended.HasValue ? extended.Value : null);
        _seen.Check(row, (quarter.Value, contract.Value), Rules.CalendarRepeated, QuarterColumn);
        _entries.TryAdd((quarter.Value, contract.Value ?? default), entry);
    }

    internal override FileCounts Count() => new CalendarList([.. _entries.Values]);

    /// <returns>Null for everyone; nothing when reported.</returns>
    private Field<ContractId?> ReadContract(Row row)
    {
        if (!row.Has(ContractColumn))
            return default;
        if (row.IsBlank(ContractColumn))
            return new Field<ContractId?>(true, null);
        if (ContractId.TryParse(row.String(ContractColumn), out var contract) && isContract(contract))
            return new Field<ContractId?>(true, contract);
        row.ReportForm(Rules.CalendarContractUnknown, ContractColumn);
        return default;
    }
}
