using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Core.Reporting;

namespace Pipeline.Infra.Tests.PowerBi;

using Row = IReadOnlyDictionary<ColumnName, object?>;

/// <summary>
/// The tables of the sample as the model imports them, and what the sample has none of: the same two quarters of the next financial year,
/// of which one contract has sent no return, and payments.
/// </summary>
internal static partial class SampleTables
{
    public const string NextYear = "2026-27-Q1";

    /// <summary>The contract without a return from <see cref="NextYear"/> on.</summary>
    public const string Missing = "YP-001";

    private static readonly string[] Numbers = ["int64", "double"];

    public static IReadOnlyDictionary<string, IReadOnlyList<Row>> Rows { get; } = Load();

    private static Dictionary<string, IReadOnlyList<Row>> Load()
    {
        var tables = SemanticModel.Delivered.Tables.Where(t => t.Query.Contains("RowsOf(", StringComparison.Ordinal))
            .ToDictionary(t => t.Name, t => (IReadOnlyList<Row>)[.. Facts(t)]);
        var returns = tables["Returns"];
        tables["Quarter"] = Distinct(returns, "Returns", "Quarter", "Quarter", "FinancialYear", "QuarterNumber");
        tables["Contract"] = Distinct(returns, "Returns", "Contract", "ContractKey", "ContractId", "ServiceName", "ProviderId",
            "ProviderName", "Framework");
        tables["Client group"] = Distinct(tables["Outcomes"], "Outcomes", "Client group", "ClientGroup");
        return tables;
    }

    private static IEnumerable<Row> Facts(ModelTable table)
    {
        string name = table.Query.One(@"RowsOf\(""(\w+)""");
        var records = Exported(name).ToList();
        if (name == "payments")
            records = [.. Payments];
        if (name is not "contracts" and not "audit")
            records.AddRange(records.Where(r => (r["ContractId"] != Missing || name is "returns" or "outcomes")).Select(r => Next(name, r))
                .ToList());
        foreach (var record in records)
        {
            record["ContractKey"] = $"{record["ContractId"]}|{record["ProviderId"]}|{record["Framework"]}";
            yield return table.Columns.Where(c => !c.Name.EndsWith("Label", StringComparison.Ordinal))
                .ToDictionary(c => new ColumnName(table.Name, c.Name), c => Cell(record[c.Name], c.DataType));
        }
    }

    /// <summary>The rows of a table as <c>pipeline export</c> writes it.</summary>
    private static IEnumerable<Dictionary<string, string>> Exported(string table)
    {
        var lines = Repository.Read($"sample-data/expected/{table}.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Cells().Matches(line.TrimEnd('\r')).Select(m => m.Groups[1].Value + m.Groups[2].Value).ToList()).ToList();
        return lines.Skip(1).Select(line => lines[0].Zip(line).ToDictionary(c => c.First, c => c.Second));
    }

    /// <summary>The same a year later. Who sent no return has rows of zeros, and a return that is missing.</summary>
    private static Dictionary<string, string> Next(string table, Dictionary<string, string> row)
    {
        var next = new Dictionary<string, string>(row) { ["Quarter"] = "2026-27" + row["Quarter"][7..], ["FinancialYear"] = "2026-27" };
        if (row["ContractId"] != Missing)
            return next;
        if (table == "returns")
            (next["State"], next["CurrentVersion"]) = ("missing", "0");
        foreach (string count in next.Keys.Where(IsCount).ToList())
            next[count] = "0";
        return next;
    }

    private static IEnumerable<Dictionary<string, string>> Payments =>
        from line in (IReadOnlyList<(string Quarter, string Contract, long Pence)>)
        [
            ("2025-26-Q1", "DA-001", 120_500),
            ("2025-26-Q2", "DA-001", 100_250),
            ("2025-26-Q2", "DA-001", -20_000),
            ("2025-26-Q2", "YP-001", 99_999),
        ]
        select ReportingTable.All.Single(t => t.Name == "payments").Columns.ToDictionary(c => c, c => c switch
        {
            "Quarter" => line.Quarter,
            "FinancialYear" => line.Quarter[..7],
            "QuarterNumber" => line.Quarter[^1..],
            "ContractId" => line.Contract,
            "ProviderId" => line.Contract == "YP-001" ? "brindle-lane" : "wrenfield",
            "Framework" => line.Contract == "YP-001" ? "performance" : "strategic-2019",
            "AmountPence" => line.Pence.ToString(CultureInfo.InvariantCulture),
            _ => "0",
        });

    private static List<Row> Distinct(IEnumerable<Row> rows, string from, string to, params string[] columns) =>
    [
        .. rows.OrderByDescending(r => r[new(from, "Quarter")]).DistinctBy(r => r[new(from, columns[0])])
            .Select(r => columns.ToDictionary(c => new ColumnName(to, c), c => r[new(from, c)])),
    ];

    private static object? Cell(string value, string type) =>
        value.Length == 0 && type != "string" ? null : Numbers.Contains(type) ? double.Parse(value, CultureInfo.InvariantCulture) : value;

    private static bool IsCount(string column) =>
        column.StartsWith("Leavers", StringComparison.Ordinal) || column is "Need" or "PartMet" or "FullyMet" or "NotMet" or "Open";

    [GeneratedRegex(@"(?<=^|,)(?:""((?:[^""]|"""")*)""|([^,""]*))(?=,|$)")]
    private static partial Regex Cells();
}
