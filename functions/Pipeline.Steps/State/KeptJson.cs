using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// JSON that was made of other rows and may be thrown away, packed, in one row or in several where one does not hold it.
/// </summary>
/// <param name="Json">Null when it cannot be read, as where another write came between.</param>
/// <param name="Rows">The rows that it stands in, with their ETags.</param>
public sealed record KeptJson(byte[]? Json, IReadOnlyDictionary<string, string> Rows)
{
    public static readonly KeptJson Nothing = new(null, new Dictionary<string, string>());

    private const string Text = "Text", Parts = "Parts", Digest = "Digest";

    /// <summary>Below the 32,768 that a value may have.</summary>
    private const int PartLength = 30_000;

    /// <summary>Below the 4 MiB that a batch may have. What is longer is not kept, and made again whenever it is asked for.</summary>
    private const int MostParts = 60;

    /// <param name="rows">All of one name, in their order.</param>
    public static KeptJson Read(IReadOnlyCollection<TableRow> rows)
    {
        if (rows.Count == 0)
            return Nothing;
        string text = string.Concat(rows.Select(row => row.Text(Text)));
        string digest = rows.First().Text(Digest);
        // Of more rows than a store answers at once, some may be of another write.
        bool isWhole = rows.All(row => row.Whole(Parts) == rows.Count && row.Text(Digest) == digest) && digest == DigestOf(text);
        return new KeptJson(
            isWhole ? Unpacked(Convert.FromBase64String(text)) : null, rows.ToDictionary(row => row.RowKey, row => row.ETag));
    }

    /// <summary>As an object; null when nothing is kept, or nothing that this version of the code can read.</summary>
    public T? As<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return Json is { } json ? JsonSerializer.Deserialize(json, type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The changes, of one batch, that put other JSON in its place, if nobody else did since it was read.</summary>
    /// <param name="name">With which the keys of the rows begin.</param>
    /// <param name="json">Null: nothing comes in its place.</param>
    public IReadOnlyList<RowChange> ReplacedBy(string name, byte[]? json)
    {
        string text = json is null ? "" : Convert.ToBase64String(Packed(json));
        var parts = text.Chunk(PartLength).Select(part => new string(part)).ToList();
        string digest = DigestOf(text);
        var rows = parts.Count > MostParts
            ? []
            : parts.Select((part, i) => (Key: string.Create(CultureInfo.InvariantCulture, $"{name}|{i:00}"),
                Values: new Dictionary<string, TableValue> { [Text] = part, [Parts] = (long)parts.Count, [Digest] = digest }))
                .ToDictionary(row => row.Key, row => row.Values);
        return
        [
            .. rows.Select(row => Rows.TryGetValue(row.Key, out string? etag)
                ? (RowChange)new RowChange.Replace(row.Key, row.Value, etag) : new RowChange.Insert(row.Key, row.Value)),
            .. Rows.Where(row => !rows.ContainsKey(row.Key)).Select(row => new RowChange.Delete(row.Key, row.Value)),
        ];
    }

    private static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static byte[] Packed(byte[] json)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
            brotli.Write(json);
        return packed.ToArray();
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        return json.ToArray();
    }
}
