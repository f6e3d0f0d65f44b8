using System.Text;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Web.Providers;

/// <summary>Tells from the first line of a CSV file which dataset it holds.</summary>
internal static class ColumnGuess
{
    private const int LongestHeader = 4096;

    /// <summary>
    /// The dataset of which the most columns stand in the first line, at least half of them; null when there is none, or more than one.
    /// </summary>
    /// <param name="bytes">The file from its start.</param>
    public static ReturnDataset? DatasetOf(ReadOnlySpan<byte> bytes)
    {
        var start = bytes[..Math.Min(bytes.Length, LongestHeader)];
        int end = start.IndexOfAny((byte)'\n', (byte)'\r');
        string header = Encoding.UTF8.GetString(end < 0 ? start : start[..end]).TrimStart('\uFEFF');
        var names = header.Split(',', ';', '\t').Select(Column.Folded).ToHashSet();
        var found = Dataset.Returns
            .Select(dataset => (Dataset: dataset, Count: dataset.Columns.Count(column => names.Contains(Column.Folded(column.Name)))))
            .Where(each => each.Count * 2 >= each.Dataset.Columns.Count)
            .OrderByDescending(each => each.Count)
            .ToList();
        return found is [var best] || (found.Count > 1 && found[0].Count > found[1].Count) ? found[0].Dataset : null;
    }
}
