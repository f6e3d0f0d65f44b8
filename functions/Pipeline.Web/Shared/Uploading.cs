using Microsoft.AspNetCore.Http;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Web.Shared;

/// <summary>Files that people send by a page: each is put where its kind arrives, and taken in at once as any other.</summary>
internal static class Uploading
{
    public const int LargestMegabytes = 20;

    public const int Largest = LargestMegabytes << 20;

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

    public static async Task<Receipt> ReceiptAsync(IFileStore files, string path, CancellationToken cancel)
    {
        await using var json = await files.OpenReadAsync(path, cancel: cancel);
        using var whole = new MemoryStream();
        await json.CopyToAsync(whole, cancel);
        whole.Position = 0;
        return Receipt.ReadJson(whole);
    }
}
