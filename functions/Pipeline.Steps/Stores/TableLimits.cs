using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Core.Reporting;

namespace Pipeline.Steps.Stores;

/// <summary>What Azure Table Storage takes. Every store keeps to it, so that what runs on a laptop runs on Azure.</summary>
/// <remarks>
/// Sizes of keys, texts and rows are counted as Table Storage documents them: two bytes a UTF-16 character.
/// An error names the change by its place in the batch, counted from 1, and never a key, a column or a value.
/// </remarks>
public static partial class TableLimits
{
    /// <summary>Changes in one batch.</summary>
    public const int BatchOperations = 100;

    /// <summary>Bytes of one batch: the limit is on the request that carries it, text escaped, and not on what is stored.</summary>
    public const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of one row with its keys and the names of its columns.</summary>
    public const int RowBytes = 1024 * 1024;

    /// <summary>Columns of one row: 255 less the two keys and the time stamp.</summary>
    public const int Columns = 252;

    /// <summary>Bytes of one text: 32,768 characters.</summary>
    public const int TextBytes = 64 * 1024;

    /// <summary>Bytes of one key: 512 characters.</summary>
    public const int KeyBytes = 1024;

    /// <summary>The first instant a row can hold.</summary>
    public static readonly DateTimeOffset FirstInstant = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int BytesPerChar = 2;

    private static readonly SearchValues<char> RefusedInKeys = SearchValues.Create(
        [.. @"/\#?", .. Enumerable.Range(0x00, 0x20).Select(c => (char)c), .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c)]);

    /// <summary>What JSON carries as it is; anything else may be escaped to six bytes.</summary>
    private static readonly SearchValues<char> PlainInRequests = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%()*,-./:;=?@[]^_{|}~");

    private static readonly SearchValues<char> InColumnNames =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>A table's name: 3 to 63 lower-case letters and digits, a letter first.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void CheckTable(string table)
    {
        if (!TableName().IsMatch(table))
            throw new ArgumentException("A table's name is 3 to 63 lower-case letters and digits, a letter first.", nameof(table));
    }

    /// <summary>A partition key or row key.</summary>
    /// <exception cref="ArgumentException">It is too long, holds a character that keys must not, or is not Unicode text.</exception>
    public static void CheckKey(string key)
    {
        if (KeyFault(key) is { } fault)
            throw new ArgumentException(fault, nameof(key));
    }

    /// <summary>All that a batch must keep to before it is sent anywhere.</summary>
    /// <exception cref="ArgumentException">It breaks a limit; nothing has happened.</exception>
    public static void Check(string partitionKey, IReadOnlyList<RowChange> changes)
    {
        if (KeyFault(partitionKey) is { } fault)
            throw new ArgumentException(fault, nameof(partitionKey));
        if (changes.Count is 0 or > BatchOperations)
            throw Refused($"A batch holds 1 to {BatchOperations} changes.");

        var named = new HashSet<string>(changes.Count, StringComparer.Ordinal);
        long request = 0;
        for (var at = 0; at < changes.Count; at++)
        {
            var change = changes[at];
            if (ChangeFault(partitionKey, change, ref request) is { } wrong)
                throw Refused($"Change {at + 1} of the batch: {wrong}");
            if (!named.Add(change.RowKey))
                throw Refused($"Change {at + 1} of the batch: its row is named before in the same batch.");
        }
        if (request > BatchBytes)
            throw Refused("A batch takes at most 4 MiB.");

        static ArgumentException Refused(string why) => new(why, nameof(changes));
    }

    /// <param name="partitionKey">Of the batch.</param>
    /// <param name="change">One of it. All its columns are looked at once, since a refresh writes millions.</param>
    /// <param name="request">
    /// Has added to it no less than what the change takes in the request: its part's headers, its keys in the address and again in the
    /// body, and each column with its type annotation. That is no less than its documented row size either.
    /// </param>
    private static string? ChangeFault(string partitionKey, RowChange change, ref long request)
    {
        const int headers = 1024, keyChar = 9 + 6, columnFrame = 64;
        if (KeyFault(change.RowKey) is { } fault)
            return fault;
        int keys = partitionKey.Length + change.RowKey.Length;
        request += headers + keys * (long)keyChar;
        if (ValuesOf(change) is not { } values)
            return null;
        if (values.Count > Columns)
            return $"A row has at most {Columns} columns.";
        // As documented of a stored row: 4 bytes, the keys, and for each column 8 bytes, its name and its value.
        long row = 4 + keys * BytesPerChar;
        foreach (var (name, value) in values)
        {
            if (ColumnFault(name, value) is { } wrong)
                return wrong;
            row += 8 + name.Length * BytesPerChar + SizeOf(value);
            request += columnFrame + name.Length * 2L + (value is TableValue.Text text ? TextBytesInRequest(text.Value) : 0);
        }

        return row > RowBytes ? "A row takes at most 1 MiB." : null;
    }

    private static string? KeyFault(string key) =>
        key.Length * BytesPerChar > KeyBytes ? "A key takes at most 1 KiB."
        : key.AsSpan().ContainsAny(RefusedInKeys) ? @"A key has no / \ # ? and no control characters."
        : !IsUnicode(key) ? "A key is Unicode text, without half a surrogate pair."
        : null;

    private static string? ColumnFault(string name, TableValue value)
    {
        if (name.Length is 0 or > 255 || char.IsAsciiDigit(name[0]) || name.AsSpan().ContainsAnyExcept(InColumnNames))
            return "A column's name is a letter or underscore, then letters, digits and underscores, at most 255.";
        if (name is "PartitionKey" or "RowKey" or "Timestamp")
            return "A column's name is not PartitionKey, RowKey or Timestamp.";
        return value switch
        {
            TableValue.Text { Value.Length: > TextBytes / BytesPerChar } => "A text takes at most 64 KiB.",
            TableValue.Text text when !IsUnicode(text.Value) => "A text is Unicode text, without half a surrogate pair.",
            TableValue.Fraction fraction when !double.IsFinite(fraction.Value) => "A fraction is a finite number.",
            TableValue.Instant instant when instant.Value < FirstInstant => "An instant is of the year 1601 or later.",
            _ => null,
        };
    }

    private static IReadOnlyDictionary<string, TableValue>? ValuesOf(RowChange change) => change switch
    {
        RowChange.Insert insert => insert.Values,
        RowChange.Replace replace => replace.Values,
        _ => null,
    };

    private static int SizeOf(TableValue value) => value switch
    {
        TableValue.Text text => 4 + text.Value.Length * BytesPerChar,
        TableValue.YesNo => 1,
        _ => 8,
    };

    private static long TextBytesInRequest(ReadOnlySpan<char> text)
    {
        var bytes = text.Length * (long)BytesPerChar;
        for (var at = text.IndexOfAnyExcept(PlainInRequests); at >= 0; at = text.IndexOfAnyExcept(PlainInRequests))
        {
            bytes += 6 - BytesPerChar;
            text = text[(at + 1)..];
        }
        return bytes;
    }

    private static bool IsUnicode(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0; at = text.IndexOfAnyInRange('\uD800', '\uDFFF'))
        {
            text = text[at..];
            if (Rune.DecodeFromUtf16(text, out _, out var used) != OperationStatus.Done)
                return false;
            text = text[used..];
        }
        return true;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]{2,62}\z")]
    private static partial Regex TableName();
}
