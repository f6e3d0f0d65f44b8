using Pipeline.Steps.Pages;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

internal static class PartWriting
{
    /// <summary>Puts parts of a page in the place of those that stand there.</summary>
    /// <param name="files">Where the page is.</param>
    /// <param name="page">As it was before the facts of the parts were read.</param>
    /// <param name="parts">Made by themselves, in the order of the page.</param>
    /// <returns>False when the page does not hold them, and is to be made as a whole.</returns>
    /// <exception cref="StoreException">Somebody else wrote it meanwhile.</exception>
    public static async Task<bool> TryWritePartsAsync(this IFileStore files, FileStat page, byte[] parts)
    {
        using var there = new MemoryStream((int)page.Length);
        await using (var stream = await files.OpenReadAsync(page.Path))
            await stream.CopyToAsync(there);
        var before = there.GetBuffer().AsMemory(0, (int)there.Length);
        if (Page.WithParts(before.Span, parts) is not { } after)
            return false;
        // Also where they are the same: whoever is about to write older facts must find the page another.
        await files.WriteOverAsync(page.Path, page, after);
        return true;
    }
}
