using System.Globalization;
using System.Security.Cryptography;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Commissioners;

/// <summary>What if: a file of the council that is looked at before it counts. Nothing of it is kept.</summary>
/// <param name="Name">Of its slot.</param>
/// <param name="Would">The receipt that it would get.</param>
/// <param name="Difference">What it would change against what is in force.</param>
/// <param name="Consequences">What it would change of what is earned, by quarter and contract.</param>
/// <param name="File">The file itself, as base64, to be sent if it is meant.</param>
/// <param name="Against">The last version of its slot that there was; 0: none.</param>
public sealed record FileLook(string Name, Receipt Would, IReadOnlyList<RowDifference> Difference, IReadOnlyList<Consequence> Consequences,
    string File, int Against)
{
    /// <summary>Bytes. The file stands in the page meanwhile.</summary>
    public const int Largest = 4 << 20;

    public bool Checks => Would.Status == UploadStatus.Accepted;

    internal static async Task<FileLook> OfAsync(Visit visit, Slot slot, byte[] bytes)
    {
        var current = await visit.Steps.Reference.CurrentAsync(visit.Cancel);
        var check = new UploadCheck(current.Register?.Frameworks ?? current.Frameworks, current.Register, visit.Today).Run(slot,
            $"{slot.Name}.csv", new MemoryStream(bytes, writable: false));
        var (summary, findings) = Receipt.Of(check.Findings);
        var would = new Receipt(
            slot.Folder + slot.Name, "", 0, check.IsAccepted ? UploadStatus.Accepted : UploadStatus.Rejected,
            new Sha256(SHA256.HashData(bytes)), visit.Now,
            check.Rows, check.IsAccepted ? check.Rows : 0, check.Findings.Errors, check.Findings.Warnings, summary, findings);
        if (!check.IsAccepted)
            return new FileLook(slot.Name, would, [], [], "", 0);
        var framework = slot is Slot.Framework at ? FrameworkFile.Read(new MemoryStream(bytes, writable: false), at.Id).Framework : null;
        return new FileLook(
            slot.Name, would, await FileDifference.OfAsync(visit, slot, check.Counts, new MemoryStream(bytes, writable: false)),
            await visit.Steps.Reckoning.OfAsync(slot, check.Counts, framework, visit.Today, cancel: visit.Cancel),
            Convert.ToBase64String(bytes),
            await LastAsync(visit, slot));
    }

    /// <summary>Why a file that was looked at is to be looked at again, since another came meanwhile; null when none did.</summary>
    internal static async Task<string?> OvertakenAsync(Visit visit, Slot slot) =>
        int.TryParse(visit.Given("against"), NumberStyles.None, CultureInfo.InvariantCulture, out int against)
            && await LastAsync(visit, slot) is var last && last != against
            ? string.Create(CultureInfo.InvariantCulture,
                $"Somebody sent version {last} meanwhile: look at your file once more against what is there now.")
            : null;

    private static async Task<int> LastAsync(Visit visit, Slot slot) =>
        (await visit.Steps.Uploads.OfSlotAsync(slot, visit.Cancel)).Select(u => u.Version).DefaultIfEmpty(0).Max();

    /// <summary>The file that a page with a look holds; null when the form held none.</summary>
    internal static byte[]? SentBack(Visit visit)
    {
        string text = visit.Given("file");
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) && length > 0 ? bytes[..length] : null;
    }
}
