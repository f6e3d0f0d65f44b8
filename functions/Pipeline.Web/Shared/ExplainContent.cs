namespace Pipeline.Web.Shared;

/// <summary>Where an amount comes from.</summary>
/// <param name="Heading">Of what.</param>
/// <param name="Kicker">What kind of page it is.</param>
/// <param name="Sentences">In their order.</param>
/// <param name="Crumbs">The way back.</param>
public sealed record ExplainContent(string Heading, string Kicker, IReadOnlyList<string> Sentences, IReadOnlyList<Crumb> Crumbs);
