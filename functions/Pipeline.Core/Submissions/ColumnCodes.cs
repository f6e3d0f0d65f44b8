using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>The codes that a column takes, for those who fill it in.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Under">For which outcome or payment element of the same row; null: for any.</param>
/// <param name="Codes">In the framework's order. A title is empty where a code says it all.</param>
public sealed record ColumnCodes(string Column, string? Under, IReadOnlyList<Coded> Codes)
{
    internal static readonly IReadOnlyList<Coded> YesOrNo = [new("Y", "yes"), new("N", "no")];

    /// <summary>For a column whose codes do not depend on the row.</summary>
    internal ColumnCodes(string column, IReadOnlyList<Coded> codes)
        : this(column, null, codes)
    {
    }

    internal ColumnCodes(string column, CodeTable table)
        : this(column, [.. table.Codes.Select(code => new Coded(code, ""))])
    {
    }
}
