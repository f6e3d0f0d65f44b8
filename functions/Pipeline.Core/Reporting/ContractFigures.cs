namespace Pipeline.Core.Reporting;

/// <summary>What a contract's rows of a quarter tell on a page that it shares with others: all but what was paid.</summary>
/// <param name="Sums">What the rows add up to.</param>
/// <param name="Checks">That the commissioner carried out, in the order of their rows.</param>
public sealed record ContractFigures(KeptSums Sums, IReadOnlyList<DatedCheck> Checks)
{
    /// <param name="rows">All that there are of the contract and quarter, in any order.</param>
    public static ContractFigures Of(IReadOnlyCollection<ReportingRow> rows) => new(
        new Sums(rows).ToKeep(),
        [.. rows.OfType<CheckRow>().OrderBy(row => row.RowKey, StringComparer.Ordinal)
            .Select(row => new DatedCheck(row.Check, row.CarriedOutOn, row.Result))]);
}

/// <summary>As <see cref="CheckRow"/> has it.</summary>
public sealed record DatedCheck(string Check, DateOnly? CarriedOutOn, string Result);
