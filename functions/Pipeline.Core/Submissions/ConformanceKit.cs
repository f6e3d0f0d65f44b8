using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>
/// Files to test an export with, for the systems that write returns: of each dataset under a framework some that are accepted and some that
/// are not, each with what its receipt must say. All of it is made of the definitions that the readers are made of, and what must be said
/// is what the reader says.
/// </summary>
public static class ConformanceKit
{
    /// <summary>The quarter that the files are for.</summary>
    public static readonly Quarter Quarter = new(2025, 1);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>What a receipt says of a file, as far as the file and the framework alone tell.</summary>
    /// <param name="Accepted">Whether it is taken in.</param>
    /// <param name="Rows">How many rows it has.</param>
    /// <param name="Summary">Each rule that it breaks, and how often.</param>
    /// <param name="Findings">Each place, by its line and cell.</param>
    public sealed record Expected(bool Accepted, long Rows, IReadOnlyList<ReceiptRule> Summary, IReadOnlyList<ReceiptFinding> Findings);

    /// <returns>Each file by its path in the kit.</returns>
    public static IEnumerable<(string Path, byte[] Content)> Files(Framework framework)
    {
        var datasets = WorkbookTemplate.DatasetsOf(framework);
        yield return ("README.md", Utf8.GetBytes(Readme(framework, datasets)));
        foreach (var dataset in datasets)
        {
            yield return ($"{dataset}/{dataset}.schema.json", Json(DatasetSchema.Frictionless(dataset, framework)));
            yield return ($"{dataset}/{dataset}.csv-metadata.json", Json(DatasetSchema.CsvOnTheWeb(dataset, framework)));
            foreach (var (name, content) in Cases(dataset, framework))
            {
                yield return ($"{dataset}/{name}.csv", content);
                yield return ($"{dataset}/{name}.receipt.json",
                    JsonSerializer.SerializeToUtf8Bytes(Check(dataset, framework, content), CoreJson.Indented));
            }
        }
    }

    private static byte[] Json(JsonObject schema) => JsonSerializer.SerializeToUtf8Bytes(schema, CoreJson.Indented);

    /// <summary>Checks a file as if its contract served every client group and were active all the quarter.</summary>
    private static Expected Check(ReturnDataset dataset, Framework framework, byte[] content)
    {
        var term = new Term(
            ContractId.Parse("EX-001"), ProviderId.Parse("example"), "Example", "Example", [.. framework.ClientGroups.Select(g => g.Code)],
            framework.Id,
            new Money(0), Quarter.FirstDay, Quarter.LastDay, "EX-001");
        using var bytes = new MemoryStream(content);
        var check = FileCheck.Check(bytes, dataset.Reader(framework, new Contract(Quarter, [term]), Quarter));
        var (summary, findings) = Receipt.Of(check.Findings);
        return new Expected(check.IsAccepted, check.Rows, summary, findings);
    }

    /// <summary>The files of a dataset, each with one thing that is special about it.</summary>
    private static IEnumerable<(string Name, byte[] Content)> Cases(ReturnDataset dataset, Framework framework)
    {
        string[] names = [.. dataset.Columns.Select(column => column.Name)];
        string[] row = [.. ExampleRow.Of(dataset, framework, null)!];
        yield return ("valid-one-row", Csv(names, row));
        yield return ("valid-nothing-to-report", Csv(names));
        yield return ("valid-other-order", Csv([.. names.Reverse()], [.. row.Reverse()]));
        yield return ("valid-saved-by-excel", [0xEF, 0xBB, 0xBF,
            .. Utf8.GetBytes(Text(names, [.. row.Zip(dataset.Columns, AsExcel)]).Replace("\n", "\r\n", StringComparison.Ordinal))]);
        yield return ("invalid-semicolons", Utf8.GetBytes(Text(names, row).Replace(',', ';')));
        yield return ("invalid-utf-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Text(names, row))]);
        yield return ("invalid-empty", []);
        yield return ("invalid-column-missing", Csv(names[1..], row[1..]));
        yield return ("invalid-column-unknown", Csv([.. names, "comments"], [.. row, ""]));
        yield return ("invalid-column-personal", Csv([.. names, "surname"], [.. row, ""]));
        yield return ("invalid-row-uneven", Csv(names, row, row[..^1]));
        yield return ("invalid-row-blank-between", Csv(names, row, [.. row.Select(_ => "")], row));
        yield return ("invalid-header-twice", Csv(names, row, names));
        for (int place = 0; place < row.Length; place++)
        {
            var column = dataset.Columns[place];
            if (column.IsRequired)
                yield return ($"invalid-{column}-missing", Csv(names, With("")));
            foreach (var (what, value) in WrongValues(column.Form))
                yield return ($"invalid-{column}-{what}", Csv(names, With(value)));

            string[] With(string value) => [.. row.Select((field, at) => at == place ? value : field)];
        }
    }

    /// <summary>What a spreadsheet in the United Kingdom makes of a date.</summary>
    private static string AsExcel(string value, Column column) =>
        column.Form == Form.Date
            && DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture)
            : value;

    private static IEnumerable<(string What, string Value)> WrongValues(Form form) => form switch
    {
        Form.Reference => [("with-space", "A 1"), ("like-a-person", "QQ123456C")],
        Form.Date => [("serial-number", "45777"), ("two-digit-year", "14/04/25"), ("with-time", "2025-04-14 10:00"),
            ("month-first", "04/30/2025")],
        Form.Month => [("in-words", "April")],
        Form.Code => [("unknown-code", "not_one_of_them")],
        Form.YesNo => [("in-words", "yes")],
        Form.WholeNumber => [("with-comma", "\"1,234\""), ("with-point", "1.5")],
        Form.Number => [("with-comma", "\"1,234.50\""), ("with-pound-sign", "£12.50"), ("three-decimals", "1.234")],
        Form.Text => [("too-long", new string('x', Row.LongestText + 1)), ("like-a-formula", "=1+1")],
        _ => [],
    };

    private static byte[] Csv(params string[][] records) => Utf8.GetBytes(Text(records));

    private static string Text(params string[][] records) => string.Concat(records.Select(record => string.Join(',', record) + "\n"));

    private static string Readme(Framework framework, IReadOnlyList<ReturnDataset> datasets) => $"""
        # Conformance kit: {framework.Title}

        For those who make the systems that providers keep their records in: with these files you can test that what your system exports is taken in, and that
        it understands the answers, without anybody's help. They are made for the framework `{framework.Id}` and the quarter {Quarter}, and hold nothing about anybody.

        There is a folder for each dataset: {string.Join(", ", datasets.Select(dataset => $"`{dataset}`"))}. In each of them

        | file | is |
        |---|---|
        | `DATASET.schema.json` | a [Table Schema](https://specs.frictionlessdata.io/table-schema/): the columns, with their types and codes |
        | `DATASET.csv-metadata.json` | the same as metadata of [CSV on the Web](https://www.w3.org/TR/tabular-metadata/) |
        | `valid-….csv` | a file that is accepted |
        | `invalid-….csv` | one that is rejected for the one thing that its name says |
        | `….receipt.json` | what the receipt of that file says: whether it is accepted, the rows read, each rule that is broken with how often, and each place |

        ## To test an export

        1. Export made-up records of April to June 2025, and check the file against the schema with a tool of either standard. That finds wrong columns, types and codes.
        2. Check it with the pipeline itself, which also finds what no schema can say, such as dates in the wrong order. It needs no register and no network:

           ```
           pipeline check outcomes.csv --framework {framework.Id} --quarter {Quarter} --json
           ```

           It ends with 0 when the file would be accepted and with 1 when not.
        3. Export a quarter without records: the header alone, as in `valid-nothing-to-report.csv`, is a nil return.

        ## To test what reads receipts

        Read each `….receipt.json`: receipts and `check --json` have the same `summary` and `findings`. A finding has the rule's id, which never changes its meaning, the line of
        the file, the column, the cell as a spreadsheet names it, and what was expected; never the value itself. A receipt lists at most {FindingList.ListedPerRule:#,0} findings of one rule; `count` and `notListed` tell how
        many more there are. New rules and new properties may be added.

        A conforming export writes UTF-8, commas, the names of the columns in the first line, dates as `2025-04-30`, numbers as `1234.50`, nothing in place of what is not known,
        and no name, address or number of a person anywhere.

        """;
}
