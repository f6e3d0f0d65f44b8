using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// What the rows of each contract tell on a page that it shares with others, in the partitions of the contract's rows: so that a page is
/// made from one query, where the rows would take one a table.
/// </summary>
/// <remarks>
/// Whoever changes the rows writes the figures after them, over those that were there before the facts of the rows were read, as its
/// statement is: of two who write at the same time, the one with the newer facts comes last, or starts over. One that dies in between has
/// left the note that asks for the same again. Where there are none, or those of another version of the code, they are made from the rows.
/// </remarks>
public sealed class FiguresOfContracts(ITableStore tables)
{
    public const string Table = "figures";

    private const string Name = "figures";

    /// <summary>Of one contract and quarter.</summary>
    public async Task<KeptJson> OfContractAsync(string partitionKey)
    {
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryAsync(Table, partitionKey))
            rows.Add(row);
        return KeptJson.Read(rows);
    }

    /// <summary>Keeps a contract's figures in the place of those that were kept.</summary>
    /// <param name="partitionKey">Of the contract and quarter.</param>
    /// <param name="before">Read before what the rows are made from.</param>
    /// <param name="figures">Null of a contract that stands on no page.</param>
    /// <exception cref="StoreException">Somebody else did since those were read.</exception>
    public async Task ReplaceAsync(string partitionKey, KeptJson before, ContractFigures? figures)
    {
        byte[]? json = figures is null ? null : JsonSerializer.SerializeToUtf8Bytes(
            new KeptFigures(KeptSums.Form, figures), FiguresJson.Known.KeptFigures);
        if (before.ReplacedBy(Name, json) is { Count: > 0 } changes)
            await tables.SubmitAsync(Table, partitionKey, changes);
    }

    /// <param name="rows">Of one contract and quarter.</param>
    /// <returns>Null when there are none, or none that this version of the code can read.</returns>
    public static ContractFigures? Read(IEnumerable<TableRow> rows) =>
        KeptJson.Read([.. rows]).As(FiguresJson.Known.KeptFigures) is { Form: KeptSums.Form } kept ? kept.Figures : null;
}

/// <param name="Form">Which figures there are; another version of the code may know others.</param>
/// <param name="Figures">The figures.</param>
internal sealed record KeptFigures(int Form, ContractFigures Figures);

/// <summary>Known when the program is compiled, so that no start has to find it out.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(KeptFigures))]
internal sealed partial class FiguresJson : JsonSerializerContext
{
    public static FiguresJson Known { get; } = new(new JsonSerializerOptions(CoreJson.Options));
}
