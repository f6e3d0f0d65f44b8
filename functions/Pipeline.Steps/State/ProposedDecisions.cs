using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>A decision on one payment element that one person proposes and another is to approve.</summary>
/// <param name="Contract">Whose element.</param>
/// <param name="Element">Its code.</param>
/// <param name="Decision">As the column of that name takes it.</param>
/// <param name="Reason">A short name; blank where none is needed.</param>
/// <param name="Note">May be blank.</param>
/// <param name="Signature">Of who proposes it.</param>
public sealed record ProposedDecision(ContractId Contract, string Element, string Decision, string Reason, string Note,
    Signature Signature);

/// <summary>Decisions that wait for a second person, at most one for each contract and element of a quarter.</summary>
public sealed class ProposedDecisions(ITableStore tables)
{
    private const string Table = "proposals";

    public async Task<IReadOnlyList<ProposedDecision>> OfAsync(Quarter quarter, CancellationToken cancel = default)
    {
        var proposed = new List<ProposedDecision>();
        await foreach (var row in tables.QueryAsync(Table, quarter.ToString(), cancel: cancel))
        {
            string[] key = row.RowKey.Split('|');
            proposed.Add(new ProposedDecision(
                ContractId.Parse(key[0]), key[1], row.Text(nameof(ProposedDecision.Decision)), row.Text(nameof(ProposedDecision.Reason)),
                row.Text(nameof(ProposedDecision.Note)),
                row.Signature()));
        }

        return proposed;
    }

    /// <summary>Each takes the place of what was proposed for its element before.</summary>
    public async Task PutAsync(Quarter quarter, IEnumerable<ProposedDecision> proposed, CancellationToken cancel = default)
    {
        foreach (var batch in proposed.Chunk(TableLimits.BatchOperations))
        {
            await tables.SubmitAsync(Table, quarter.ToString(),
                [.. batch.Select(p => new RowChange.Replace(KeyOf(p), Write(p), ETag: null))], cancel);
        }
    }

    private static Dictionary<string, TableValue> Write(ProposedDecision proposed)
    {
        var values = new Dictionary<string, TableValue>
        {
            [nameof(ProposedDecision.Decision)] = proposed.Decision,
            [nameof(ProposedDecision.Reason)] = proposed.Reason,
            [nameof(ProposedDecision.Note)] = proposed.Note,
        };
        values.AddSignature(proposed.Signature);
        return values;
    }

    public async Task DropAsync(Quarter quarter, IEnumerable<ProposedDecision> proposed, CancellationToken cancel = default)
    {
        foreach (var batch in proposed.Chunk(TableLimits.BatchOperations))
            await tables.SubmitAsync(Table, quarter.ToString(), [.. batch.Select(p => new RowChange.Delete(KeyOf(p), ETag: null))], cancel);
    }

    private static string KeyOf(ProposedDecision proposed) => $"{proposed.Contract}|{proposed.Element}";
}
