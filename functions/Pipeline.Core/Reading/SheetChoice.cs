using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>Which sheet of a workbook is read as a dataset (domain.md section 3).</summary>
/// <param name="Dataset">Its name.</param>
/// <param name="Place">The sheet's, counted from the left from 1; 0: none is read, and an error among the findings says why.</param>
/// <param name="Name">As findings name the sheet; null: it is not named after the dataset.</param>
/// <param name="Findings">What is said of the sheets that are not read.</param>
public sealed record SheetChoice(string Dataset, int Place, string? Name, IReadOnlyList<Finding> Findings);
