using Microsoft.AspNetCore.Components;

namespace Pipeline.Steps.Pages;

/// <summary>What surrounds a page where somebody shows it as one of theirs; without one a page stands alone, as a file.</summary>
public delegate RenderFragment PageFrame(PageParts page);

/// <summary>A page without what surrounds it.</summary>
/// <param name="Title">In the browser's title.</param>
/// <param name="Heading">At its head.</param>
/// <param name="Kicker">Above the heading: what kind of page it is.</param>
/// <param name="Foot">What the figures are made from.</param>
/// <param name="IsLive">Whether it keeps itself up to date.</param>
/// <param name="Content">All the rest.</param>
public sealed record PageParts(string Title, string Heading, string Kicker, string Foot, bool IsLive, RenderFragment? Content);
