using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Web.Shared;

/// <summary>Files that people send by a page: each is put where its kind arrives, and taken in at once as any other.</summary>
internal static class Uploading
{
    public const int LargestMegabytes = 20;

    public const int Largest = LargestMegabytes << 20;

    /// <summary>How many names are tried for a file that others send one for at the same time.</summary>
    private const int Attempts = 100;

    /// <summary>The files of a form that have a name; a browser sends one without for a field that was left empty.</summary>
    public static IReadOnlyList<IFormFile> FilesOf(Visit visit) =>
        visit.Http.Request.HasFormContentType ? [.. visit.Http.Request.Form.Files.Where(file => file.FileName.Length > 0)] : [];

    public static async Task<byte[]> BytesOfAsync(IFormFile file, CancellationToken cancel)
    {
        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, cancel);
        return bytes.ToArray();
    }

    /// <summary>The ending of a file's name that says what kind of file it is: <c>.csv</c> unless it is a workbook's.</summary>
    public static string EndingOf(string fileName) => fileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) ? ".xlsx" : ".csv";

    /// <summary>Puts a file into its slot under a name that nobody has used, and takes it in.</summary>
    /// <param name="visit">Who sends it.</param>
    /// <param name="slot">What it is for.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="ending">As <see cref="EndingOf"/> has it.</param>
    /// <param name="mark">Stands in the name: what kind of sending it was.</param>
    /// <returns>Where its receipt is.</returns>
    public static async Task<(Receipt Receipt, string Path)> TakeInAsync(Visit visit, Slot slot, byte[] bytes, string ending = ".csv", string mark = "")
    {
        var steps = visit.Steps;
        int number = (await steps.Uploads.OfSlotAsync(slot, visit.Cancel)).Select(u => u.Version).DefaultIfEmpty(0).Max() + 1;
        string path = await CreateAsync(steps.Files, n => string.Create(CultureInfo.InvariantCulture, $"{slot.Folder}{slot.Name}{mark}-{n}{ending}"), number, bytes, visit.Cancel);
        // Once the file is there it is taken in, whether the sender waits for it or not.
        if (await steps.TakeIn.RunAsync(path) is { } taken)
            return (taken.Receipt, taken.ReceiptPath);
        // Whoever watches what arrives was quicker.
        var digest = new Sha256(SHA256.HashData(bytes));
        var version = (await steps.Uploads.OfSlotAsync(slot, visit.Cancel)).Last(u => u.Sha256 == digest);
        string receiptPath = UploadLog.ReceiptPath(slot, version.Version);
        return (await ReceiptAsync(steps.Files, receiptPath, visit.Cancel), receiptPath);
    }

    public static async Task<Receipt> ReceiptAsync(IFileStore files, string path, CancellationToken cancel)
    {
        await using var json = await files.OpenReadAsync(path, cancel: cancel);
        using var whole = new MemoryStream();
        await json.CopyToAsync(whole, cancel);
        whole.Position = 0;
        return Receipt.ReadJson(whole);
    }

    private static async Task<string> CreateAsync(IFileStore files, Func<int, string> pathOf, int first, byte[] bytes, CancellationToken cancel)
    {
        for (int number = first; ; number++)
        {
            try
            {
                using var content = new MemoryStream(bytes, writable: false);
                await files.CreateAsync(pathOf(number), content, cancel);
                return pathOf(number);
            }
            catch (StoreAlreadyExistsException) when (number < first + Attempts)
            {
                // Somebody sent one just now, or put one there that was not taken in yet.
            }
        }
    }
}
