using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// Copies of the tables that hold facts, for a store of tables that keeps no versions. Each day's are files of its own, a line for each
/// row. The reporting tables, and what pages add up to, hold no facts: they are made anew.
/// </summary>
/// <remarks>
/// Tables change while they are copied, one after the other. So the order is that in which what is missing does no harm: a run that is
/// known as released, with lines that are not in the ledger yet, is released again with the same lines; a file of which no row tells is
/// taken in again.
/// </remarks>
public sealed class TableBackup(IFileStore files, ITableStore tables)
{
    /// <summary>In the order in which they are copied.</summary>
    public static readonly IReadOnlyList<string> Facts =
        ["ledger", "runs", "closings", "uploads", "changes", "quarters", "held", "senders", "published", "proposals"];

    private const int FlushBytes = 1 << 16;

    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>Copies the tables as they are, over an earlier copy of the same day.</summary>
    /// <param name="day">After which the copy is called.</param>
    /// <param name="cancel">Ends the copying; a copy without its mark is none.</param>
    /// <returns>How many rows it holds.</returns>
    public async Task<long> MakeAsync(DateOnly day, CancellationToken cancel = default)
    {
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (string table in Facts)
            rows.Add(table, await CopyAsync(table, PathOf(day, table), cancel));
        // Last, so that a copy without it is no backup.
        using var mark = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(rows));
        await files.WriteAsync(MarkOf(day), mark, cancel: cancel);
        return rows.Values.Sum();
    }

    /// <summary>
    /// Puts the rows of a day's copy back, over those that have their keys. Rows that came since stay, so empty the tables first where they
    /// must not.
    /// </summary>
    /// <returns>How many rows were put.</returns>
    /// <exception cref="StoreNotFoundException">There is no such copy, or a file that its mark tells of is not there.</exception>
    /// <exception cref="StoreUnavailableException">A file does not hold what was written to it.</exception>
    public async Task<long> RestoreAsync(DateOnly day, CancellationToken cancel = default)
    {
        if (!await IsThereAsync(day, cancel))
            throw new StoreNotFoundException("The copy of the tables");
        // What came since the copy was made is not in its rows. It is owed before the first of them is put back, so that however the
        // putting back ends, nothing is paid before it is taken in.
        await new WholeSweeps(tables).OweAsync(cancel);
        long rows = 0;
        var made = await MadeOfAsync(day, cancel);
        // A copy of an earlier version has none of the tables that came after it: they were empty then. Its mark tells which it has.
        foreach (string table in Facts.Where(made.Contains))
        {
            await using var stream = await files.OpenReadAsync(PathOf(day, table), cancel: cancel);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(cancel) is { } line)
            {
                var (partition, row) = Read(line, PathOf(day, table));
                await tables.SubmitAsync(table, partition, [row], cancel);
                rows++;
            }
        }

        return rows;
    }

    /// <summary>Whether there is a whole copy of a day.</summary>
    public async Task<bool> IsThereAsync(DateOnly day, CancellationToken cancel = default) =>
        await files.StatAsync(MarkOf(day), cancel) is not null;

    /// <summary>The tables that a copy was made of, as its mark tells them.</summary>
    private async Task<IReadOnlySet<string>> MadeOfAsync(DateOnly day, CancellationToken cancel)
    {
        await using var mark = await files.OpenReadAsync(MarkOf(day), cancel: cancel);
        try
        {
            return (await JsonSerializer.DeserializeAsync<Dictionary<string, long>>(mark, cancellationToken: cancel) ?? []).Keys.ToHashSet(
                StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            throw NotAsWritten(MarkOf(day));
        }
    }

    private async Task<long> CopyAsync(string table, string path, CancellationToken cancel)
    {
        var pipe = new Pipe();
        var rows = WriteRowsAsync(table, pipe.Writer, cancel);
        try
        {
            await using var content = pipe.Reader.AsStream();
            await files.WriteAsync(path, content, cancel: cancel);
        }
        catch
        {
            await pipe.Reader.CompleteAsync();
            await ((Task)rows).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await rows;
    }

    private async Task<long> WriteRowsAsync(string table, PipeWriter to, CancellationToken cancel)
    {
        long rows = 0;
        try
        {
            await foreach (var row in tables.ScanAsync(table, cancel))
            {
                Write(row, to);
                rows++;
                if (to.UnflushedBytes > FlushBytes && (await to.FlushAsync(cancel)).IsCompleted)
                    break;
            }

            await to.CompleteAsync();
        }
        catch (Exception exception)
        {
            await to.CompleteAsync(exception);
            throw;
        }

        return rows;
    }

    /// <summary>
    /// A column's name tells its kind by its first letter, so that a number comes back as a number and an instant as an instant.
    /// </summary>
    private static void Write(TableRow row, IBufferWriter<byte> to)
    {
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteString("partition", row.PartitionKey);
            json.WriteString("row", row.RowKey);
            json.WriteStartObject("values");
            foreach (var (name, value) in row.Values.OrderBy(v => v.Key, StringComparer.Ordinal))
            {
                switch (value)
                {
                    case TableValue.Text text:
                        json.WriteString("t" + name, text.Value);
                        break;
                    case TableValue.Whole whole:
                        json.WriteNumber("w" + name, whole.Value);
                        break;
                    case TableValue.Fraction fraction:
                        json.WriteNumber("f" + name, fraction.Value);
                        break;
                    case TableValue.YesNo yesNo:
                        json.WriteBoolean("y" + name, yesNo.Value);
                        break;
                    case TableValue.Instant instant:
                        json.WriteString("i" + name, instant.Value.ToString("O", CultureInfo.InvariantCulture));
                        break;
                    default:
                        throw new InvalidOperationException("There is no other value.");
                }
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        to.Write(NewLine);
    }

    private static (string Partition, RowChange Row) Read(string line, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var values = new Dictionary<string, TableValue>();
            foreach (var value in json.RootElement.GetProperty("values").EnumerateObject())
            {
                values.Add(value.Name[1..], value.Name[0] switch
                {
                    't' => value.Value.GetString()!,
                    'w' => value.Value.GetInt64(),
                    'f' => value.Value.GetDouble(),
                    'y' => value.Value.GetBoolean(),
                    'i' => value.Value.GetDateTimeOffset(),
                    _ => throw new JsonException("There is no such kind."),
                });
            }

            return (json.RootElement.GetProperty("partition").GetString()!,
                new RowChange.Replace(json.RootElement.GetProperty("row").GetString()!, values, ETag: null));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            // Its own words could hold a value.
            throw NotAsWritten(path);
        }
    }

    private static StoreUnavailableException NotAsWritten(string path) =>
        new($"The file {path} does not hold what was written to it.") { IsDamage = true };

    private static string PathOf(DateOnly day, string table) =>
        string.Create(CultureInfo.InvariantCulture, $"backups/{day:yyyy-MM-dd}/{table}.jsonl");

    private static string MarkOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"backups/{day:yyyy-MM-dd}/backup.json");
}
