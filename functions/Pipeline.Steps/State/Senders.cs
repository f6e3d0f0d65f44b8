using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>Somebody behind a file that was sent by the site.</summary>
/// <param name="Signature">Who, and when it was sent.</param>
/// <param name="IsSender">Whether they sent it; else they proposed what stands in it.</param>
public sealed record SentBy(Signature Signature, bool IsSender);

/// <summary>
/// Who is behind the files of the council that were sent by the site, with their accounts, which no file holds. It is noted before the file
/// is there, by its bytes, so that it is known whoever takes the file in.
/// </summary>
public sealed class Senders(ITableStore tables)
{
    private const string Table = "senders";
    private const string IsSender = "IsSender";

    /// <summary>Notes somebody; once noted stays.</summary>
    public async Task NoteAsync(Slot slot, Sha256 bytes, SentBy sent, CancellationToken cancel = default)
    {
        var values = new Dictionary<string, TableValue> { [IsSender] = sent.IsSender };
        values.AddSignature(sent.Signature);
        string key = KeyOf(slot.Name, bytes)
            + UploadLog.NameOf($"{sent.IsSender} {sent.Signature.By.Account ?? sent.Signature.By.ToString()}");
        try
        {
            await tables.SubmitAsync(Table, slot.Partition, [new RowChange.Insert(key, values)], cancel);
        }
        catch (StoreAlreadyExistsException)
        {
            // They sent these bytes before.
        }
    }

    /// <summary>
    /// Who is behind a version: who sent it first, and whoever stands beside them. Empty when it did not come by the site.
    /// </summary>
    public async Task<IReadOnlyList<SentBy>> OfAsync(Slot slot, Upload version, CancellationToken cancel = default)
    {
        string key = KeyOf(slot.Name, BytesOf(version));
        return await ReadAsync(tables.QueryAsync(Table, slot.Partition, key, key[..^1] + '}', cancel), cancel);
    }

    /// <summary>Who sent each version of a quarter's reviews and confirmations, as far as they came by the site.</summary>
    public async Task<IReadOnlyDictionary<Upload, Person>> OfQuarterAsync(Quarter quarter, IEnumerable<Upload> versions,
        CancellationToken cancel = default)
    {
        var known = new Dictionary<string, SentBy>();
        await foreach (var row in tables.QueryAsync(Table, Slot.CommonPartition(quarter), cancel: cancel))
        {
            string key = row.RowKey[..(row.RowKey.LastIndexOf('|') + 1)];
            if (Read(row) is { IsSender: true } sent && (!known.TryGetValue(key, out var first) || sent.Signature.At < first.Signature.At))
                known[key] = sent;
        }

        return versions.Where(version => known.ContainsKey(KeyOf(version.Slot, BytesOf(version))))
            .ToDictionary(version => version, version => known[KeyOf(version.Slot, BytesOf(version))].Signature.By);
    }

    private static Sha256 BytesOf(Upload version) => version.Workbook ?? version.Sha256;

    private static string KeyOf(string slot, Sha256 bytes) => $"{slot}|{bytes}|";

    private static async Task<IReadOnlyList<SentBy>> ReadAsync(IAsyncEnumerable<TableRow> rows, CancellationToken cancel)
    {
        var sent = new List<SentBy>();
        await foreach (var row in rows.WithCancellation(cancel))
            sent.Add(Read(row));
        return [.. sent.OrderBy(each => each.Signature.At)];
    }

    private static SentBy Read(TableRow row) => new(row.Signature(), row.YesNo(IsSender));
}
