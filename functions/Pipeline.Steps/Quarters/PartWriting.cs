using System.Buffers;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

internal static class PartWriting
{
    /// <summary>Puts parts of a page in the place of those that stand there.</summary>
    /// <param name="files">Where the page is.</param>
    /// <param name="page">As it was before the facts of the parts were read.</param>
    /// <param name="parts">Made by themselves, in the order of the page.</param>
    /// <returns>What is to be written over it, also where it is the same: whoever is about to write older facts must find the page another.
    /// Null when the page does not hold the parts, and is to be made as a whole.</returns>
    /// <exception cref="StoreException">Somebody else wrote it meanwhile.</exception>
    public static async Task<MemoryStream?> WithPartsAsync(this IFileStore files, FileStat page, byte[] parts)
    {
        int length = (int)page.Length;
        // A payment run does this to thousands of pages.
        byte[] there = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await using (var stream = await files.OpenReadAsync(page.Path, page.ETag))
                await stream.ReadExactlyAsync(there.AsMemory(0, length));
            var made = new MemoryStream(length + parts.Length);
            if (!Page.TryPutParts(there.AsSpan(0, length), parts, made))
                return null;
            made.Position = 0;
            return made;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(there);
        }
    }
}
