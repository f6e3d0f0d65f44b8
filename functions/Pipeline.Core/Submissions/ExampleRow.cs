using System.Globalization;
using System.Text;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>A made-up row of a dataset that checks.</summary>
internal static class ExampleRow
{
    private static readonly Quarter Quarter = new(2025, 1);

    /// <returns>Null when no row checks: the framework has no codes for a column that every row fills in.</returns>
    public static IReadOnlyList<string>? Of(ReturnDataset dataset, Framework framework, IReadOnlyList<string>? clientGroups)
    {
        var term = new Term(
            ContractId.Parse("EX-001"), ProviderId.Parse("example"), "Example", "Example", clientGroups
                ?? [.. framework.ClientGroups.Select(g => g.Code)], framework.Id,
            new Money(0), Quarter.FirstDay, Quarter.LastDay, "EX-001");
        var contract = new Contract(Quarter, [term]);
        var codes = WorkbookTemplate.TakenCodes(dataset, framework, clientGroups);
        string[] row = new string[dataset.Columns.Count];
        return Fill(0) ? row : null;

        // Columns that are filled in only sometimes stay blank, so that the codes are tried until they go with that.
        bool Fill(int place)
        {
            if (place == row.Length)
                return Checks(dataset, framework, contract, row);
            foreach (string value in Values(dataset.Columns[place], codes, row))
            {
                row[place] = value;
                if (Fill(place + 1))
                    return true;
            }

            return false;
        }
    }

    private static IEnumerable<string> Values(Column column, IReadOnlyList<ColumnCodes> codes, string[] row) => column switch
    {
        { IsRequired: false } => [""],
        { Form: Form.Code or Form.YesNo } => codes.Where(c => c.Column == column.Name && (c.Under is null || row.Contains(c.Under)))
            .SelectMany(c => c.Codes).Select(c => c.Code),
        { Form: Form.Reference } => [$"{char.ToUpperInvariant(column.Name[0])}-001"],
        { Form: Form.Date } => [Quarter.FirstDay.AddDays(13).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)],
        { Form: Form.Month } => [Quarter.FirstDay.ToString("yyyy-MM", CultureInfo.InvariantCulture)],
        { Form: Form.WholeNumber } => ["12"],
        { Form: Form.Number } => ["37.5"],
        _ => [$"{column.Title} in a few plain words"],
    };

    private static bool Checks(ReturnDataset dataset, Framework framework, Contract contract, IEnumerable<string> row)
    {
        string csv = string.Join(',', dataset.Columns) + "\n" + string.Join(',', row) + "\n";
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        return FileCheck.Check(bytes, dataset.Reader(framework, contract, Quarter)).Findings is { Errors: 0, Warnings: 0 };
    }
}
