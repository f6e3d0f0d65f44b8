using CsvHelper;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>Makes a file of what a slot's current version holds and of rows besides, as somebody would in a spreadsheet.</summary>
public sealed class AddRows(IFileStore files, UploadLog uploads)
{
    /// <param name="slot">Whose current version.</param>
    /// <param name="dataset">Its columns.</param>
    /// <param name="key">The columns by which a new row takes the place of one that is there.</param>
    /// <param name="rows">Each by column; a column that is left out is blank.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<byte[]> FileWithAsync(Slot slot, Dataset dataset, IReadOnlyList<string> key,
        IReadOnlyList<IReadOnlyDictionary<string, string>> rows, CancellationToken cancel = default)
    {
        var taken = rows.Select(KeyOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var kept = (await CurrentAsync(slot, cancel)).Where(row => !taken.Contains(KeyOf(row)));
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            csv.WriteRecord([.. dataset.Columns.Select(column => column.Name)]);
            foreach (var row in kept.Concat(rows))
                csv.WriteRecord([.. dataset.Columns.Select(column => row.GetValueOrDefault(column.Name, ""))]);
        }

        return bytes.ToArray();

        string KeyOf(IReadOnlyDictionary<string, string> row) =>
            string.Join('|', key.Select(column => row.GetValueOrDefault(column, "").Trim()));
    }

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> CurrentAsync(Slot slot, CancellationToken cancel)
    {
        if (Upload.CurrentOf(await uploads.OfSlotAsync(slot, cancel)) is not { } current)
            return [];
        // It was accepted, so it is well-formed and has the columns of its dataset.
        return await Archive.ReadAsync(files, $"the file {slot.Name}", current.Sha256, ".csv", Rows, cancel);
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(Stream stream)
    {
        using var csv = CsvReader.Create(stream, new CsvReaderOptions
            { Separator = ',', DetectSeparatorHint = false, HasHeader = false, IncludeValuesInExceptions = false }, leaveOpen: true);
        string[]? header = null;
        var rows = new List<IReadOnlyDictionary<string, string>>();
        while (csv.Read())
        {
            string[] values = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)];
            if (header is null)
                header = [.. values.Select(name => name.Trim().Trim('\uFEFF').ToLowerInvariant())];
            else
                rows.Add(header.Zip(values).ToDictionary(cell => cell.First, cell => cell.Second, StringComparer.Ordinal));
        }

        return rows;
    }
}
