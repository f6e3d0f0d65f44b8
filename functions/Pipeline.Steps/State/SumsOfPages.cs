using Pipeline.Core;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// What the pages of a quarter add up to, as whoever makes them writes it. So that of all pages of a quarter is had by one query, where a
/// file for each would have to be opened.
/// </summary>
public sealed class SumsOfPages(ITableStore tables)
{
    private const string Table = "sums";

    /// <summary>Of the quarters from one to another, by the names of the pages; empty of one of which nothing is kept.</summary>
    public async Task<IReadOnlyDictionary<Quarter, IReadOnlyDictionary<string, KeptJson>>> OfQuartersAsync(Quarter first, Quarter last)
    {
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryPartitionsAsync(Table, first.ToString(), last.ToString()))
            rows.Add(row);
        var byQuarter = rows.ToLookup(row => row.PartitionKey);
        var kept = new Dictionary<Quarter, IReadOnlyDictionary<string, KeptJson>>();
        for (Quarter? quarter = first; quarter is { } each && each <= last; quarter = each.Next)
            kept.Add(each, byQuarter[each.ToString()].GroupBy(row => row.RowKey.Split('|')[0])
                .ToDictionary(page => page.Key, page => KeptJson.Read([.. page])));
        return kept;
    }

    /// <summary>Of one page.</summary>
    public async Task<KeptJson> OfPageAsync(Quarter quarter, string name)
    {
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), $"{name}|", $"{name}}}"))
            rows.Add(row);
        return KeptJson.Read(rows);
    }

    /// <summary>Keeps what a page adds up to in the place of what was kept.</summary>
    /// <exception cref="StoreException">Somebody else did since that was read.</exception>
    public async Task ReplaceAsync(Quarter quarter, string name, KeptJson before, byte[] json)
    {
        if (before.ReplacedBy(name, json) is { Count: > 0 } changes)
            await tables.SubmitAsync(Table, quarter.ToString(), changes);
    }
}
