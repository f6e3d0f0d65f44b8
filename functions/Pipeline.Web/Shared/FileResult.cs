using Pipeline.Core.Submissions;

namespace Pipeline.Web.Shared;

/// <summary>What became of a file that was sent, or would become of it.</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="Receipt">What was found.</param>
/// <param name="Path">Of the receipt's page; null when it was checked and not sent.</param>
/// <param name="IsSent">Whether it was.</param>
public sealed record FileResult(string Dataset, Receipt Receipt, string? Path, bool IsSent)
{
    /// <param name="receiptPath">Of the receipt itself, beside which its page is.</param>
    public static FileResult Sent(string dataset, Receipt receipt, string receiptPath) =>
        new(dataset, receipt, "/" + System.IO.Path.ChangeExtension(receiptPath, ".html"), IsSent: true);
}
