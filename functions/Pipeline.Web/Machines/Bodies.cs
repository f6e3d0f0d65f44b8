using Microsoft.AspNetCore.Http;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Machines;

/// <summary>Files that programs send as they are.</summary>
/// <remarks>A page of another site can send none of these types without asking first, and is never told that it may.</remarks>
internal static class Bodies
{
    public const string Csv = "text/csv", Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Json = "application/json";

    private static readonly Dictionary<string, string> Endings = new() { [Csv] = ".csv", [Workbook] = ".xlsx", [Json] = ".json" };

    /// <param name="visit">With the file.</param>
    /// <param name="types">Those of which one is sent.</param>
    /// <returns>The file and the ending of its name; or the refusal.</returns>
    public static async Task<(byte[] Bytes, string Ending, IResult? Refusal)> ReadAsync(Visit visit, params IReadOnlyList<string> types)
    {
        var request = visit.Http.Request;
        string type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        if (!types.Contains(type))
            return ([], "", Problems.Of(StatusCodes.Status415UnsupportedMediaType, "That is no file that can be read.",
                $"Send the file as {string.Join(" or ", types)}."));
        using var file = new MemoryStream();
        byte[] part = new byte[81_920];
        for (int read; (read = await request.Body.ReadAsync(part, visit.Cancel)) > 0;)
        {
            if (file.Length + read > Uploading.Largest)
                return ([], "", Problems.TooLarge);
            file.Write(part, 0, read);
        }

        return (file.ToArray(), Endings[type], null);
    }
}
