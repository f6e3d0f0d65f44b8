using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>Reads a column that names a contract of the register.</summary>
internal static class ContractColumn
{
    /// <summary>A contract of the register that is active in the quarter; null when blank or reported.</summary>
    public static Contract? ActiveContract(this Row row, int column, Register register, Quarter quarter)
    {
        if (row.IsBlank(column))
            row.Report(Rules.ValueMissing, column);
        else if (ContractId.TryParse(row.String(column), out var id) && register.Find(id, quarter) is { IsActive: true } contract)
            return contract;
        else
            row.ReportForm(Rules.ReviewedContractUnknown, column);
        return null;
    }
}
