namespace Pipeline.Web.Shared;

/// <summary>What waits for somebody in one of their roles.</summary>
/// <param name="Heading">Of the role.</param>
/// <param name="Items">The most pressing first; null where nothing can wait.</param>
/// <param name="Ways">Where else to go.</param>
public sealed record Waiting(string Heading, IReadOnlyList<WaitingItem>? Items, IReadOnlyList<Crumb> Ways);

/// <param name="Text">What is to be done.</param>
/// <param name="Path">Where.</param>
/// <param name="State">As <see cref="Steps.Pages.Tag"/> shows it; null for none.</param>
/// <param name="Note">How many, by when, how much.</param>
public sealed record WaitingItem(string Text, string Path, string? State, string? Note);
