namespace Pipeline.Web.Shared;

/// <summary>What a route for machines is, as the description of the interface tells it.</summary>
/// <param name="Id">Of the operation.</param>
/// <param name="Summary">In one sentence.</param>
/// <param name="Answer">What it answers with; null: nothing, or the description itself.</param>
/// <param name="Body">The types of content that it takes; none: it takes nothing.</param>
public sealed record ForMachines(string Id, string Summary, Type? Answer, params IReadOnlyList<string> Body)
{
    /// <summary>What may stand after <c>?</c>, and what it says.</summary>
    public IReadOnlyList<(string Name, string Says)> Query { get; init; } = [];
}
