using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>What is kept of a page.</summary>
/// <param name="Json">Null when it cannot be read, as where another write came between.</param>
/// <param name="Rows">The rows that it stands in, with their ETags.</param>
public sealed record KeptOfPage(byte[]? Json, IReadOnlyDictionary<string, string> Rows)
{
    public static readonly KeptOfPage Nothing = new(null, new Dictionary<string, string>());
}

/// <summary>
/// What the pages of a quarter add up to, as whoever makes them writes it: a row for each page, in several parts where one does not hold
/// it. So that of all pages of a quarter is had by one query, where a file for each would have to be opened.
/// </summary>
public sealed class SumsOfPages(ITableStore tables)
{
    private const string Table = "sums";
    private const string Text = "Text", Parts = "Parts", Digest = "Digest";

    /// <summary>Below the 32,768 that a value may have.</summary>
    private const int PartLength = 30_000;

    /// <summary>Below the 4 MiB that a batch may have. What is longer is not kept, and made again whenever it is asked for.</summary>
    private const int MostParts = 60;

    /// <summary>Of the quarters from one to another, by the names of the pages; empty of one of which nothing is kept.</summary>
    public async Task<IReadOnlyDictionary<Quarter, IReadOnlyDictionary<string, KeptOfPage>>> OfQuartersAsync(Quarter first, Quarter last)
    {
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryPartitionsAsync(Table, first.ToString(), last.ToString()))
            rows.Add(row);
        var byQuarter = rows.ToLookup(row => row.PartitionKey);
        var kept = new Dictionary<Quarter, IReadOnlyDictionary<string, KeptOfPage>>();
        for (Quarter? quarter = first; quarter is { } each && each <= last; quarter = each.Next)
            kept.Add(each, byQuarter[each.ToString()].GroupBy(row => row.RowKey.Split('|')[0])
                .ToDictionary(page => page.Key, page => Read([.. page])));
        return kept;
    }

    /// <summary>Of one page.</summary>
    public async Task<KeptOfPage> OfPageAsync(Quarter quarter, string name)
    {
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), $"{name}|", $"{name}}}"))
            rows.Add(row);
        return Read(rows);
    }

    /// <summary>Keeps what a page adds up to in the place of what was kept.</summary>
    /// <exception cref="StoreException">Somebody else did since that was read.</exception>
    public async Task ReplaceAsync(Quarter quarter, string name, KeptOfPage before, byte[] json)
    {
        string text = Convert.ToBase64String(Compressed(json));
        var parts = text.Chunk(PartLength).Select(part => new string(part)).ToList();
        string digest = DigestOf(text);
        var rows = parts.Count > MostParts
            ? []
            : parts.Select((part, i) => (Key: string.Create(CultureInfo.InvariantCulture, $"{name}|{i:00}"),
                Values: new Dictionary<string, TableValue> { [Text] = part, [Parts] = (long)parts.Count, [Digest] = digest }))
                .ToDictionary(row => row.Key, row => row.Values);
        List<RowChange> changes =
        [
            .. rows.Select(row => before.Rows.TryGetValue(row.Key, out string? etag)
                ? (RowChange)new RowChange.Replace(row.Key, row.Value, etag) : new RowChange.Insert(row.Key, row.Value)),
            .. before.Rows.Where(row => !rows.ContainsKey(row.Key)).Select(row => new RowChange.Delete(row.Key, row.Value)),
        ];
        if (changes.Count > 0)
            await tables.SubmitAsync(Table, quarter.ToString(), changes);
    }

    private static KeptOfPage Read(List<TableRow> rows)
    {
        if (rows.Count == 0)
            return KeptOfPage.Nothing;
        string text = string.Concat(rows.Select(row => row.Text(Text)));
        // Of more rows than a store answers at once, some may be of another write.
        bool isWhole = rows.All(row => row.Whole(Parts) == rows.Count && row.Text(Digest) == rows[0].Text(Digest))
            && rows[0].Text(Digest) == DigestOf(text);
        return new KeptOfPage(isWhole ? Decompressed(Convert.FromBase64String(text)) : null,
            rows.ToDictionary(row => row.RowKey, row => row.ETag));
    }

    private static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static byte[] Compressed(byte[] json)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
            brotli.Write(json);
        return packed.ToArray();
    }

    private static byte[] Decompressed(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        return json.ToArray();
    }
}
