using Pipeline.Core;
using Pipeline.Steps.Quarters;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Commissioners;

/// <summary>A list of contracts of which something is missing: who is to be reminded of what.</summary>
internal static class Reminders
{
    /// <summary>What a person copies from a page; a longer list is a file.</summary>
    public const int MostCopied = 100;

    private static readonly string[] Columns = ["provider", "contract", "service", "missing", "due"];

    /// <summary>To copy: a line each, with tabs between its parts.</summary>
    public static string TextOf(IEnumerable<ContractReturn> returns, DateOnly today) =>
        string.Join("\n", returns.Where(each => each.IsOpen).Select(each => string.Join('\t', PartsOf(each, today))));

    /// <summary>The same as a CSV file for a spreadsheet.</summary>
    public static byte[] FileOf(IEnumerable<ContractReturn> returns, DateOnly today) => SpreadsheetCsv.Of(csv =>
    {
        csv.WriteRecord(Columns);
        foreach (var each in returns.Where(each => each.IsOpen))
            csv.WriteRecord([.. PartsOf(each, today).Select(SpreadsheetFormulas.Guarded)]);
    });

    private static string[] PartsOf(ContractReturn of, DateOnly today) =>
    [
        of.Contract.ProviderName, of.Contract.Id.ToString(), of.Contract.ServiceName,
        string.Join(", ", of.Datasets.Where(d => !d.State.IsIn()).Select(d => d.Dataset.Name)),
        DueText.Of(of, today).TrimStart(',', ' '),
    ];
}
