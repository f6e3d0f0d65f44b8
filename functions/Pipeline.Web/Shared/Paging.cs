using System.Globalization;

namespace Pipeline.Web.Shared;

/// <summary>Which part of a long list a page shows.</summary>
/// <param name="Path">Of the page, with whatever else was asked.</param>
/// <param name="From">The first that is shown, from 0.</param>
/// <param name="Size">How many are shown at most.</param>
/// <param name="Total">How many there are.</param>
public sealed record Paging(string Path, int From, int Size, int Total)
{
    public string? Before => From > 0 ? Of(Math.Max(0, From - Size)) : null;

    public string? After => From + Size < Total ? Of(From + Size) : null;

    /// <summary>Where the list is to start, as the address says; 0 where it says nothing that could be.</summary>
    public static int FirstOf(Visit visit, int total) =>
        int.TryParse(visit.Asked("from"), NumberStyles.None, CultureInfo.InvariantCulture, out int from) && from < total ? from : 0;

    private string Of(int from) =>
        string.Create(CultureInfo.InvariantCulture, $"{Path}{(Path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}from={from}");
}
