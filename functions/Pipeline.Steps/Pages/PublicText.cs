using CsvHelper;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reporting;

namespace Pipeline.Steps.Pages;

/// <summary>The publication as a CSV file, and what its figures are called.</summary>
public static class PublicText
{
    /// <summary>One row a figure; a suppressed one is <c>*</c>, a total that is withheld is blank.</summary>
    public static void WriteCsv(PublicContent content, Stream stream)
    {
        using var csv = CsvWriter.Create(stream, new CsvWriterOptions { WriteByteOrderMark = true, NewLine = "\r\n" }, leaveOpen: true);
        csv.WriteRecord("quarter", "framework", "outcome", "client_group", "people", "figure", "count");
        foreach (var report in content.Frameworks)
        {
            foreach (var row in content.Publication.Of(report.Framework, report.Programme))
            {
                Write(report.Framework, row, "still_supported", row.Supported);
                Write(report.Framework, row, "left", row.Left);
            }
        }

        void Write(Framework framework, PublishedOutcome row, string people, PublishedCounts counts)
        {
            foreach (var part in counts.Parts.Append(new PublishedPart("total", counts.Total)))
            {
                csv.WriteRecord(
                    content.Quarter.ToString(), framework.Id, row.Outcome.Code, row.ClientGroup?.Code ?? "all", people, part.Code,
                    part.Count.Shown?.ToString(System.Globalization.CultureInfo.InvariantCulture)
                        ?? (part.Count == PublishedCount.Suppressed ? "*" : ""));
            }
        }
    }

    internal static string Title(Framework framework, string code) => code switch
    {
        "fully_met" => "Fully met",
        "partially_met" => "Partially met",
        "not_met" => "Not met",
        "open" => "Open",
        PublishedOutcome.NoReason => framework.Reasons.Count > 0 ? "No reason asked" : "Not fully met",
        _ => framework.Reasons.FirstOrDefault(r => r.Code == code)?.Title ?? PageText.Words(code),
    };
}
