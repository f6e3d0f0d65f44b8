namespace Pipeline.Web.Shared;

/// <summary>A column of a list.</summary>
/// <param name="Title">As its head has it.</param>
/// <param name="Key">In the address, when the list can be put in its order; else null.</param>
/// <param name="By">What stands in it: text, a number or a day.</param>
/// <param name="IsNumber">Whether figures stand in it.</param>
public sealed record ListColumn<T>(string Title, string? Key = null, Func<T, IComparable?>? By = null, bool IsNumber = false);

/// <summary>A head of a table as it is shown.</summary>
/// <param name="Title">What stands in the column.</param>
/// <param name="IsNumber">Whether it is figures.</param>
/// <param name="Path">Of the page in the order of this column, and the other way round where it is in it; null: it cannot be had
/// so.</param>
/// <param name="Order">As <c>aria-sort</c> has it; null: it is in another column's order.</param>
public sealed record ListHead(string Title, bool IsNumber, string? Path, string? Order);

/// <summary>A list in the order that the address asks for.</summary>
/// <param name="Items">All of it.</param>
/// <param name="Heads">Of its table.</param>
/// <param name="Path">Of the page in this order.</param>
public sealed record Ordered<T>(IReadOnlyList<T> Items, IReadOnlyList<ListHead> Heads, string Path);

/// <summary>
/// Puts a list in the order that the address asks for: <c>sort=due</c>, or <c>sort=-due</c> for the last first; else it stays as it comes.
/// What is blank stands last.
/// </summary>
internal static class Ordered
{
    private const string Descending = "-";

    /// <param name="visit">May ask for an order.</param>
    /// <param name="path">Of the page, with whatever else was asked but the order and the place in the list.</param>
    /// <param name="columns">In their order.</param>
    /// <param name="items">In the order that nobody has to ask for.</param>
    /// <param name="name">Of the order in the address, where a page has several lists.</param>
    public static Ordered<T> Of<T>(Visit visit, string path, IReadOnlyList<ListColumn<T>> columns, IEnumerable<T> items,
        string name = "sort")
    {
        string asked = visit.Asked(name), key = asked.StartsWith(Descending, StringComparison.Ordinal) ? asked[Descending.Length..] : asked;
        var by = columns.FirstOrDefault(column => column.Key == key)?.By;
        bool isDescending = asked != key;
        if (by is not null)
        {
            var last = items.OrderBy(item => by(item) is null);
            items = isDescending ? last.ThenByDescending(by, Comparer) : last.ThenBy(by, Comparer);
        }

        string to = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}=";
        return new Ordered<T>(
            [.. items],
            [
                .. columns.Select(column => new ListHead(
                    column.Title, column.IsNumber,
                    column.Key is null ? null : to + (column.Key == key && !isDescending ? Descending : "") + column.Key,
                    by is null || column.Key != key ? null : isDescending ? "descending" : "ascending")),
            ],
            by is null ? path : to + asked);
    }

    /// <summary>Text without regard to capitals.</summary>
    private static readonly IComparer<IComparable?> Comparer = Comparer<IComparable?>.Create((left, right) =>
        left is string one && right is string other
            ? string.Compare(one, other, StringComparison.OrdinalIgnoreCase) : Comparer<IComparable?>.Default.Compare(left, right));
}
