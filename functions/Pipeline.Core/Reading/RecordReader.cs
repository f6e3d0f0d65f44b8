using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using CsvHelper;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Reading;

/// <summary>
/// Reads a file's records strictly (domain.md section 3): the first of them at once, and those of a longer file ahead of who checks them,
/// on another processor.
/// </summary>
internal sealed class RecordReader : IDisposable
{
    /// <summary>Read ahead at most: a few, so that neither side waits for the other's slower moments.</summary>
    private const int Ahead = 4;

    private const int LongestRecord = 64 << 10;

    private static readonly CsvReaderOptions Strict = new()
    {
        Separator = ',',
        DetectSeparatorHint = false,
        HasHeader = false,
        // Lines are counted here, where it is known which records can have a line break in them. So an empty line has to be handed out as
        // well.
        SkipEmptyLines = false,
        MalformedData = CsvMalformedDataHandling.Throw,
        MaxRecordSize = LongestRecord,
        IncludeValuesInExceptions = false,
    };

    private readonly Utf8ValidatingStream _guarded;
    private readonly CsvReader _csv;
    private readonly bool _linesAreRows;
    private long _line = 1;
    private long _breaksWithinValues;
    private ExceptionDispatchInfo? _broken;
    private bool _ended;

    /// <exception cref="RefusedException">The first bytes are those of another kind of file, or there are none.</exception>
    /// <param name="bytes">The file from its start; left open.</param>
    /// <param name="sizeLimit">Bytes.</param>
    /// <param name="linesAreRows">The lines that people know are the rows of a sheet, though values have line breaks in them.</param>
    public RecordReader(Stream bytes, long sizeLimit, bool linesAreRows = false)
    {
        _linesAreRows = linesAreRows;
        _guarded = new Utf8ValidatingStream(bytes, sizeLimit);
        _csv = CsvReader.Create(_guarded, Strict, leaveOpen: true);
    }

    public void Dispose()
    {
        _csv.Dispose();
        _guarded.Dispose();
    }

    /// <summary>All records, the header among them. What is handed out holds until the next is asked for.</summary>
    /// <exception cref="RefusedException">After the records before it: the file is to be refused as a whole.</exception>
    /// <exception cref="BrokenQuotingException">After the records before it: nothing can be read from here on.</exception>
    public IEnumerable<Records> Read()
    {
        var first = new Records();
        Fill(first);
        yield return first;
        if (!_ended)
        {
            foreach (var records in ReadAhead(first))
                yield return records;
        }

        _broken?.Throw();
    }

    private IEnumerable<Records> ReadAhead(Records first)
    {
        using var filled = new BlockingCollection<Records>(Ahead);
        using var stop = new CancellationTokenSource();
        var spare = new ConcurrentQueue<Records>();
        var reading = Task.Factory.StartNew(FillAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var records in filled.GetConsumingEnumerable())
            {
                yield return records;
                spare.Enqueue(records);
            }
        }
        finally
        {
            // The file is its owner's again when this ends.
            stop.Cancel();
            reading.GetAwaiter().GetResult();
        }

        void FillAll()
        {
            while (!_ended && !stop.IsCancellationRequested)
            {
                if (!spare.TryDequeue(out var records))
                    records = first.Another();
                Fill(records);
                try
                {
                    filled.Add(records, stop.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            filled.CompleteAdding();
        }
    }

    /// <summary>
    /// Reads until it is full or the file ends. What breaks the file off is told once the records before it were looked at.
    /// </summary>
    private void Fill(Records records)
    {
        records.Clear();
        try
        {
            while (!records.IsFull)
            {
                if (!_csv.Read())
                {
                    _ended = true;
                    return;
                }

                Add(records);
            }
        }
        catch (CsvFormatException exception)
        {
            bool isTooLong = exception.Message.Contains(nameof(CsvReaderOptions.MaxRecordSize), StringComparison.Ordinal);
            Break(isTooLong ? new RefusedException(Rules.RecordTooLong, _line) : new BrokenQuotingException(_line,
                _line == 1 ? _guarded.FirstLine : null));
        }
#pragma warning disable CA1031 // Whatever it is, it is thrown again where the records are checked.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Break(exception);
        }
    }

    private void Break(Exception exception) => (_broken, _ended) = (ExceptionDispatchInfo.Capture(exception), true);

    private void Add(Records records)
    {
        var raw = _csv.RawRecord;
        if (raw.Length > LongestRecord)
            throw new RefusedException(Rules.RecordTooLong, _line);
        bool isPlain = !raw.ContainsAny("\" \t"u8);
        if (!raw.IsEmpty)
            records.Add(_csv, raw, _linesAreRows ? _line - _breaksWithinValues : _line, sheetRow: _line - _breaksWithinValues, isPlain);
        // Nothing but a quoted value can have a line break in it.
        int breaks = isPlain ? 0 : raw.Count((byte)'\n');
        _line += 1 + breaks;
        _breaksWithinValues += breaks;
    }
}

/// <summary>Thrown while reading, where a quote opens or closes that may not; never leaves <see cref="FileCheck"/>.</summary>
internal sealed class BrokenQuotingException(long line, string? header) : Exception(Rules.BrokenQuoting.Id)
{
    public long Line { get; } = line;

    /// <summary>Where that is in the first line, all of it.</summary>
    public string? Header { get; } = header;
}
