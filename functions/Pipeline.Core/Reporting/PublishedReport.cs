namespace Pipeline.Core.Reporting;

/// <summary>
/// A public report that was published by a named act (domain.md section 4): never changed, and corrected by a further revision.
/// </summary>
/// <param name="Quarter">Of which quarter.</param>
/// <param name="Revision">From 1.</param>
/// <param name="Signature">Of who published it.</param>
/// <param name="Why">What it corrects; null of the first.</param>
/// <param name="Page">Of the page's bytes, by which it is kept.</param>
/// <param name="Csv">Of the bytes of its figures as CSV.</param>
public sealed record PublishedReport(Quarter Quarter, int Revision, Signature Signature, string? Why, Sha256 Page, Sha256 Csv)
{
    public const int MaxWhyLength = 200;

    /// <summary>Where the page is kept.</summary>
    public string PagePath => $"{Folder}{Quarter}-{Page}.html";

    /// <summary>Where its figures are kept.</summary>
    public string CsvPath => $"{Folder}{Quarter}-{Csv}.csv";

    private const string Folder = "reports/published/";
}
