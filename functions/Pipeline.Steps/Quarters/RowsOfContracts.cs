using Pipeline.Core;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Quarters;

/// <summary>What tables hold of some of a quarter's contracts, by one query a table where their rows stand together.</summary>
internal sealed class RowsOfContracts(ITableStore tables)
{
    /// <summary>How many contracts, for each one that is asked for, may be read with it.</summary>
    private const int MostRead = 3;

    private volatile Keys? _last;

    public static string KeyOf(Quarter quarter, ContractId contract) => $"{quarter}|{contract}";

    /// <summary>Whether the rows of contracts stand together, but for those of few others.</summary>
    /// <param name="current">Whose register says which others there are.</param>
    /// <param name="quarter">Which.</param>
    /// <param name="contracts">At least one, each in the register.</param>
    public bool AreTogether(CurrentReference current, Quarter quarter, IReadOnlyCollection<ContractId> contracts)
    {
        if (_last is not { } known || !ReferenceEquals(known.Of, current) || known.Quarter != quarter)
            _last = known = Keys.Make(current, quarter);
        var (first, last) = EndsOf(quarter, contracts);
        return known.Between(first, last) <= contracts.Count * MostRead;
    }

    /// <summary>By the keys of their partitions, and perhaps those of others.</summary>
    /// <inheritdoc cref="AreTogether"/>
    public async Task<ILookup<string, TableRow>> ReadAsync(
        string table, CurrentReference current, Quarter quarter, IReadOnlyCollection<ContractId> contracts,
        CancellationToken cancel = default)
    {
        var rows = new List<TableRow>();
        if (AreTogether(current, quarter, contracts))
        {
            var (first, last) = EndsOf(quarter, contracts);
            await foreach (var row in tables.QueryPartitionsAsync(table, first, last, cancel))
                rows.Add(row);
        }
        else
        {
            foreach (var contract in contracts)
            {
                await foreach (var row in tables.QueryAsync(table, KeyOf(quarter, contract), cancel: cancel))
                    rows.Add(row);
            }
        }

        return rows.ToLookup(row => row.PartitionKey);
    }

    private static (string First, string Last) EndsOf(Quarter quarter, IReadOnlyCollection<ContractId> contracts)
    {
        var keys = contracts.Select(contract => KeyOf(quarter, contract)).ToList();
        return (keys.Min(StringComparer.Ordinal)!, keys.Max(StringComparer.Ordinal)!);
    }

    /// <param name="Of">As it was read.</param>
    /// <param name="Quarter">Which.</param>
    /// <param name="Ordinal">Of the partitions of all contracts, in ordinal order.</param>
    private sealed record Keys(CurrentReference Of, Quarter Quarter, List<string> Ordinal)
    {
        public static Keys Make(CurrentReference current, Quarter quarter) => new(
            current,
            quarter,
            [.. (current.Register?.Active(quarter) ?? []).Select(contract => KeyOf(quarter, contract.Id)).Order(StringComparer.Ordinal)]);

        /// <summary>How many of the contracts have keys from one to another.</summary>
        public int Between(string first, string last) => PlaceOf(last) - PlaceOf(first) + 1;

        private int PlaceOf(string key)
        {
            int place = Ordinal.BinarySearch(key, StringComparer.Ordinal);
            return place < 0 ? ~place : place;
        }
    }
}
