using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;
using SQLitePCL;

namespace Pipeline.Local.Stores;

/// <summary>
/// Tables in one SQLite file. Several processes may work on one file; it must be on a disk of this machine, as the write-ahead log asks
/// for.
/// </summary>
/// <remarks>
/// A batch is on disk when it returns. One connection writes: batches that wait for it at the same time share one transaction, each under a
/// savepoint of its own, so that the disk is waited for once. Reading goes on beside it, each query on a connection of its own that sees
/// the rows as they were when it began. All statements are prepared once for each connection. The text of keys is kept in UTF-16 with the
/// high byte first, since SQLite compares bytes: so its order is .NET's ordinal order.
/// </remarks>
public sealed class SqliteTableStore : ITableStore, IDisposable
{
    /// <summary>
    /// The result codes of SQLite that tell of the place where the file is, or of somebody else who has it, and not of a mistake in asking.
    /// </summary>
    private static readonly HashSet<int> Outages =
    [
        3 /* PERM */, 5 /* BUSY */, 6 /* LOCKED */, 7 /* NOMEM */, 8 /* READONLY */, 10 /* IOERR */, 11 /* CORRUPT */,
        13 /* FULL */, 14 /* CANTOPEN */, 15 /* PROTOCOL */, 23 /* AUTH */, 26 /* NOTADB */,
    ];

    /// <summary>
    /// Of what the tables hold and mean, kept in the database. It rises with every change that tables from before do not fit.
    /// </summary>
    internal const int Version = 1;

    /// <summary>Batches in one transaction: enough to share the wait for the disk, few enough not to keep others waiting.</summary>
    private const int MostTogether = 256;

    private readonly string _file;
    private readonly int _patience;
    private readonly Writer _writer;
    private readonly GroupCommit<Batch> _batches;
    private readonly ConcurrentBag<Reader> _idle = [];
    private volatile bool _disposed;

    /// <param name="file">The database; made with its folder when it is not there.</param>
    /// <param name="patience">How long to wait for another process that is writing, in whole seconds from 1; 30 when not given.</param>
    /// <exception cref="StoreUnavailableException">It can be neither opened nor made.</exception>
    /// <exception cref="OtherVersionException">It is of another version.</exception>
    public SqliteTableStore(string file, TimeSpan? patience = null)
    {
        _file = Path.GetFullPath(file);
        _patience = (int)(patience ?? TimeSpan.FromSeconds(30)).TotalSeconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(_patience, 1, nameof(patience));
        _writer = Reaching(() =>
        {
            OwnerOnly.MakeFolder(Path.GetDirectoryName(_file)!);
            OwnerOnly.MakeFile(_file);
            return Connected(connection => new Writer(connection));
        });
        _batches = new GroupCommit<Batch>(MostTogether, together => Reaching(() =>
        {
            _writer.Submit(together);
            return true;
        }));
    }

    /// <summary>
    /// Whether somebody else has tables open. When nobody has, all of them are in the one file afterwards, without a log beside it.
    /// </summary>
    /// <param name="file">The database. One that is damaged is in nobody's use.</param>
    internal static bool IsInUse(string file)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            // Only who is alone can end the log.
            Execute(connection, "PRAGMA journal_mode = DELETE");
            return false;
        }
        catch (SqliteException e)
        {
            return e.SqliteErrorCode is 5 /* BUSY */ or 6 /* LOCKED */;
        }
    }

    /// <summary>For tests, which put limits on it as a full disk would.</summary>
    internal SqliteConnection WritingConnection => _writer.Connection;

    public Task<TableRow?> GetAsync(string table, string partitionKey, string rowKey, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partitionKey);
        TableLimits.CheckKey(rowKey);
        var reader = TakeReader();
        try
        {
            return Task.FromResult(Reaching(() => reader.Get(table, partitionKey, rowKey)));
        }
        finally
        {
            GiveBack(reader);
        }
    }

    public IAsyncEnumerable<TableRow> QueryAsync(string table, string partitionKey, string? fromRowKey = null, string? toRowKey = null,
        CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partitionKey);
        return Rows(reader => reader.Query(table, partitionKey, fromRowKey ?? "", toRowKey), cancel).ToAsyncEnumerable();
    }

    public IAsyncEnumerable<TableRow> QueryPartitionsAsync(string table, string fromPartitionKey, string toPartitionKey,
        CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(fromPartitionKey);
        TableLimits.CheckKey(toPartitionKey);
        return Rows(reader => reader.QueryPartitions(table, fromPartitionKey, toPartitionKey), cancel).ToAsyncEnumerable();
    }

    public IAsyncEnumerable<TableRow> ScanAsync(string table, CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        return Rows(reader => reader.Scan(table), cancel).ToAsyncEnumerable();
    }

    public async Task SubmitAsync(string table, string partitionKey, IReadOnlyList<RowChange> changes, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        TableLimits.CheckTable(table);
        TableLimits.Check(partitionKey, changes);
        await _batches.CarryOutAsync(new Batch(table, partitionKey, [.. changes.Select(change => new Change(change, Columns(change)))]));

        static byte[]? Columns(RowChange change) => change switch
        {
            RowChange.Insert row => RowValues.Write(row.Values),
            RowChange.Replace row => RowValues.Write(row.Values),
            _ => null,
        };
    }

    /// <summary>
    /// Copies the tables to a new file. Nobody writes to them before <paramref name="alongside"/> is done, so that what it copies is of the
    /// same time.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Somebody keeps them locked, or the copy cannot be written.</exception>
    public void CopyTo(string to, Action alongside) => Reaching(() =>
    {
        using var writing = Connected(connection => connection);
        Execute(writing, "BEGIN IMMEDIATE");
        OwnerOnly.MakeFile(to);
        using (var reading = Connected(connection => connection))
        using (var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = to, Pooling = false }.ToString()))
        {
            copy.Open();
            reading.BackupDatabase(copy);
        }

        alongside();
        Execute(writing, "ROLLBACK");
        return true;
    });

    public void Dispose()
    {
        _disposed = true;
        CloseIdle();
        _writer.Dispose();
    }

    private IEnumerable<TableRow> Rows(Func<Reader, Statement> ask, CancellationToken cancel)
    {
        var reader = TakeReader();
        try
        {
            var rows = Reaching(() => ask(reader));
            Func<bool> step = rows.Step;
            try
            {
                TableRow? row = null;
                while (Reaching(step))
                {
                    cancel.ThrowIfCancellationRequested();
                    yield return row = Row(rows, row);
                }
            }
            finally
            {
                rows.End();
            }
        }
        finally
        {
            GiveBack(reader);
        }
    }

    private Reader TakeReader()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _idle.TryTake(out var reader) ? reader : Reaching(() => Connected(connection => new Reader(connection)));
    }

    private void GiveBack(Reader reader)
    {
        _idle.Add(reader);
        // Whoever disposed of the store may have emptied it just before.
        if (_disposed)
            CloseIdle();
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var reader))
            reader.Dispose();
    }

    private T Connected<T>(Func<SqliteConnection, T> use)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _file,
            // Connections are kept here, with their prepared statements.
            Pooling = false,
            DefaultTimeout = _patience,
        }.ToString());
        try
        {
            connection.Open();
            // SQLite waits in small steps for a lock, and the library above it in large ones: so SQLite is to do all of the waiting.
            Execute(connection, $"PRAGMA busy_timeout = {_patience}000");
            return use(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static long Scalar(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Table, partition key, row key, ETag and values, in this order in every statement that reads.</summary>
    /// <param name="row">Where the statement stands.</param>
    /// <param name="before">The row before, if any: most are of the same partition.</param>
    private static TableRow Row(Statement row, TableRow? before = null) => new(
        row.Text(0, before?.PartitionKey), row.Text(1), ETag(row.Whole(2)), new LazyValues(row.Bytes(3).ToArray()));

    private static string ETag(long write) => write.ToString(CultureInfo.InvariantCulture);

    private T Reaching<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (SqliteException e) when (Outages.Contains(e.SqliteErrorCode))
        {
            var why = e.SqliteErrorCode switch
            {
                5 => string.Create(CultureInfo.InvariantCulture, $"another program has kept them locked for {_patience} seconds"),
                11 or 26 => "the file is damaged",
                13 => "the disk is full",
                _ => "reading or writing failed",
            };
            throw new StoreUnavailableException($"The tables could not be reached: {why} (SQLite result {e.SqliteExtendedErrorCode}).", e)
                { IsDamage = e.SqliteErrorCode is 11 or 26 };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The tables could not be reached: {e.GetType().Name}.", e);
        }
    }

    /// <summary>A statement that is prepared once, with its parameters $1, $2 … by position: text, whole numbers or bytes.</summary>
    /// <remarks>SQLite's own calls, since millions of rows pass here and the objects of ADO.NET would cost more for each than SQLite
    /// does.</remarks>
    private sealed class Statement : IDisposable
    {
        private readonly sqlite3 _database;
        private readonly sqlite3_stmt _statement;

        public Statement(SqliteConnection connection, string sql)
        {
            _database = connection.Handle!;
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
        }

        /// <returns>How many rows it changed.</returns>
        public int Execute(params ReadOnlySpan<object> values)
        {
            Begin(values);
            try
            {
                while (Step())
                {
                    // What it returns is not wanted.
                }
                return raw.sqlite3_changes(_database);
            }
            finally
            {
                End();
            }
        }

        /// <summary>The first column of its first row, carried out to its end; null without a row.</summary>
        public long? Number(params ReadOnlySpan<object> values)
        {
            Begin(values);
            try
            {
                long? number = null;
                while (Step())
                    number ??= Whole(0);
                return number;
            }
            finally
            {
                End();
            }
        }

        public void Begin(params ReadOnlySpan<object> values)
        {
            for (var at = 0; at < values.Length; at++)
            {
                Check(values[at] switch
                {
                    string text => raw.sqlite3_bind_text(_statement, at + 1, text),
                    long whole => raw.sqlite3_bind_int64(_statement, at + 1, whole),
                    byte[] bytes => raw.sqlite3_bind_blob(_statement, at + 1, bytes),
                    _ => throw new UnreachableException(),
                });
            }
        }

        /// <returns>Whether there is a further row.</returns>
        public bool Step()
        {
            var result = raw.sqlite3_step(_statement);
            if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
                Check(result);
            return result == raw.SQLITE_ROW;
        }

        /// <summary>Text, read as it is kept.</summary>
        /// <param name="column">Where it stands.</param>
        /// <param name="likely">What it is most likely; it is given back then, and no other made.</param>
        public string Text(int column, string? likely = null)
        {
            var kept = Bytes(column);
            Span<char> text = stackalloc char[TableLimits.KeyBytes / sizeof(char)];
            text = text[..Encoding.BigEndianUnicode.GetChars(kept, text)];
            return likely is not null && text.SequenceEqual(likely) ? likely : new string(text);
        }

        public long Whole(int column) => raw.sqlite3_column_int64(_statement, column);

        /// <summary>Until the next step.</summary>
        public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

        /// <summary>Lets go of what it holds; an error was told by the step that had it.</summary>
        public void End() => raw.sqlite3_reset(_statement);

        public void Dispose() => _statement.Dispose();

        private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
    }

    /// <summary>Made ready by who asks for it, so that the one who writes has little to do.</summary>
    private sealed record Batch(string Table, string PartitionKey, IReadOnlyList<Change> Changes);

    /// <param name="Columns">As they are written; null where nothing is.</param>
    private readonly record struct Change(RowChange Row, byte[]? Columns);

    private sealed class Reader(SqliteConnection connection) : IDisposable
    {
        private const string Select = "SELECT partition_key, row_key, etag, columns FROM rows WHERE table_name = $1";

        private readonly Statement _get = new(connection, $"{Select} AND partition_key = $2 AND row_key = $3");
        private readonly Statement _query = new(connection, $"{Select} AND partition_key = $2 AND row_key >= $3 ORDER BY row_key");
        private readonly Statement _range =
            new(connection, $"{Select} AND partition_key = $2 AND row_key >= $3 AND row_key < $4 ORDER BY row_key");
        private readonly Statement _partitions =
            new(connection, $"{Select} AND partition_key >= $2 AND partition_key <= $3 ORDER BY partition_key, row_key");
        private readonly Statement _scan = new(connection, $"{Select} ORDER BY partition_key, row_key");

        public TableRow? Get(string table, string partitionKey, string rowKey)
        {
            _get.Begin(table, partitionKey, rowKey);
            try
            {
                return _get.Step() ? Row(_get) : null;
            }
            finally
            {
                _get.End();
            }
        }

        public Statement Query(string table, string partitionKey, string from, string? to)
        {
            if (to is null)
            {
                _query.Begin(table, partitionKey, from);
                return _query;
            }

            _range.Begin(table, partitionKey, from, to);
            return _range;
        }

        public Statement QueryPartitions(string table, string from, string to)
        {
            _partitions.Begin(table, from, to);
            return _partitions;
        }

        public Statement Scan(string table)
        {
            _scan.Begin(table);
            return _scan;
        }

        public void Dispose()
        {
            _get.Dispose();
            _query.Dispose();
            _range.Dispose();
            _partitions.Dispose();
            _scan.Dispose();
            connection.Dispose();
        }
    }

    private sealed class Writer : IDisposable
    {
        private readonly Statement _begin, _commit, _rollback, _save, _undo, _forget, _count, _find, _insert, _put, _delete;

        public Writer(SqliteConnection connection)
        {
            Connection = connection;
            // Before anything is written: another version's tables are left as they are. Both are made at one instant, perhaps just now by
            // another, so that of a table that is there the version is read afterwards.
            bool isMade = Scalar(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'rows'") != 0;
            long version = Scalar(connection, "PRAGMA user_version");
            if (version != Version && (version != 0 || isMade))
                throw new OtherVersionException(version);
            // The encoding must be chosen before the first table is made; in a database that has one it does nothing.
            Execute(connection, "PRAGMA encoding = 'UTF-16be'");
            Execute(connection, "PRAGMA journal_mode = WAL");
            // 64 MiB of pages, and as much to be written ahead before it is copied to its place: a quarter of many contracts touches its
            // pages often.
            Execute(connection, "PRAGMA cache_size = -65536");
            Execute(connection, "PRAGMA wal_autocheckpoint = 16384");
            Execute(connection, "PRAGMA synchronous = FULL");
            // What a savepoint may have to undo would go to a file that is gone with the process anyway; a batch fits into memory.
            Execute(connection, "PRAGMA temp_store = MEMORY");
            Execute(connection, $"""
                BEGIN IMMEDIATE;
                {(version == Version ? "" : $"PRAGMA user_version = {Version};")}
                CREATE TABLE IF NOT EXISTS rows (
                    table_name TEXT NOT NULL,
                    partition_key TEXT NOT NULL,
                    row_key TEXT NOT NULL,
                    etag INTEGER NOT NULL,
                    columns BLOB NOT NULL,
                    PRIMARY KEY (table_name, partition_key, row_key)
                ) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS batches (committed INTEGER NOT NULL);
                INSERT INTO batches SELECT 0 WHERE NOT EXISTS (SELECT * FROM batches);
                COMMIT;
                """);
            _begin = new(connection, "BEGIN IMMEDIATE");
            _commit = new(connection, "COMMIT");
            _rollback = new(connection, "ROLLBACK");
            _save = new(connection, "SAVEPOINT batch");
            _undo = new(connection, "ROLLBACK TO batch");
            _forget = new(connection, "RELEASE batch");
            // A batch names a row once, so the batch's number is an ETag that no row has ever had.
            _count = new(connection, "UPDATE batches SET committed = committed + 1 RETURNING committed");
            _find = new(connection, "SELECT etag FROM rows WHERE table_name = $1 AND partition_key = $2 AND row_key = $3");
            _insert = new(connection, "INSERT INTO rows VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
            _put = new(connection,
                "INSERT INTO rows VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET etag = excluded.etag, columns = excluded.columns");
            _delete = new(connection, "DELETE FROM rows WHERE table_name = $1 AND partition_key = $2 AND row_key = $3");
        }

        public SqliteConnection Connection { get; }

        /// <summary>Carries batches out in one transaction. One that is refused undoes itself alone.</summary>
        public void Submit(IReadOnlyList<GroupCommit<Batch>.Request> together)
        {
            _begin.Execute();
            try
            {
                foreach (var batch in together)
                {
                    _save.Execute();
                    try
                    {
                        Carry(batch.What);
                    }
                    catch (StoreException refusal)
                    {
                        _undo.Execute();
                        batch.Failure = refusal;
                    }
                    _forget.Execute();
                }
                _commit.Execute();
            }
            catch
            {
                // Some errors have undone the transaction already.
                if (raw.sqlite3_get_autocommit(Connection.Handle) == 0)
                    _rollback.Execute();
                throw;
            }
        }

        private void Carry(Batch batch)
        {
            var (table, partitionKey) = (batch.Table, batch.PartitionKey);
            var number = _count.Number()!.Value;
            foreach (var change in batch.Changes)
                CarryOne(change);

            void CarryOne(Change change)
            {
                switch (change.Row)
                {
                    case RowChange.Insert row:
                        if (_insert.Execute(table, partitionKey, row.RowKey, number, change.Columns!) == 0)
                            throw new StoreAlreadyExistsException(Named(row));
                        break;
                    case RowChange.Replace row:
                        Demand(row, row.ETag);
                        _put.Execute(table, partitionKey, row.RowKey, number, change.Columns!);
                        break;
                    case RowChange.Delete row:
                        Demand(row, row.ETag);
                        _delete.Execute(table, partitionKey, row.RowKey);
                        break;
                }
            }

            void Demand(RowChange row, string? etag)
            {
                if (etag is null)
                    return;
                if (_find.Number(table, partitionKey, row.RowKey) is not { } there)
                    throw new StoreNotFoundException(Named(row));
                if (ETag(there) != etag)
                    throw new StoreChangedException(Named(row));
            }

            string Named(RowChange row) => $"{table}/{partitionKey}/{row.RowKey}";
        }

        public void Dispose()
        {
            foreach (var statement in (ReadOnlySpan<Statement>)[_begin, _commit, _rollback, _save, _undo, _forget, _count, _find, _insert,
                _put, _delete])
                statement.Dispose();
            Connection.Dispose();
        }
    }

    /// <param name="Name">Of the column.</param>
    /// <param name="Value">What stands in it; null: a long text, which stands at <paramref name="At"/>.</param>
    /// <param name="At">In the row's JSON.</param>
    private readonly record struct Column(string Name, TableValue? Value, int At);

    /// <summary>
    /// The columns of a row, read when the first is asked for: of many rows the key alone says that nobody wants them. A long text is read
    /// when it is asked for itself.
    /// </summary>
    private sealed class LazyValues(byte[] json) : IReadOnlyDictionary<string, TableValue>
    {
        private byte[]? _json = json;
        private Column[]? _columns;

        private Column[] Columns
        {
            get
            {
                // Two who ask at once read the same.
                if (Volatile.Read(ref _columns) is { } there)
                    return there;
                if (Volatile.Read(ref _json) is not { } unread)
                    return Volatile.Read(ref _columns)!;
                var read = RowValues.Read(unread);
                Volatile.Write(ref _columns, read);
                if (Array.TrueForAll(read, column => column.Value is not null))
                    Volatile.Write(ref _json, null);
                return read;
            }
        }

        public int Count => Columns.Length;

        public IEnumerable<string> Keys => Columns.Select(column => column.Name);

        public IEnumerable<TableValue> Values => Columns.Select(ValueOf);

        public TableValue this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException();

        public bool ContainsKey(string key) => Array.Exists(Columns, column => column.Name == key);

        /// <summary>One after the other: a row has so few columns that this is faster than to file them.</summary>
        public bool TryGetValue(string key, [MaybeNullWhen(false)] out TableValue value)
        {
            foreach (var column in Columns)
            {
                if (column.Name == key)
                {
                    value = ValueOf(column);
                    return true;
                }
            }

            value = null;
            return false;
        }

        public IEnumerator<KeyValuePair<string, TableValue>> GetEnumerator() =>
            Columns.Select(column => KeyValuePair.Create(column.Name, ValueOf(column))).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private TableValue ValueOf(Column column) => column.Value ?? RowValues.LongText(_json.AsSpan(column.At));
    }

    /// <summary>
    /// A row's columns as a JSON object in UTF-8 that a person with an SQLite shell can read: text, whole numbers and yes/no as themselves,
    /// and <c>{"fraction": 0.5}</c> and <c>{"instant": "2025-04-01T00:00:00.0000000Z"}</c>, so that every kind comes back as it was.
    /// </summary>
    private static class RowValues
    {
        /// <summary>Longer are digests and paths, which are a row's own.</summary>
        private const int LongestRepeated = 48;

        /// <summary>Longer is what a version counts for, which a page of thousands of contracts does not ask for.</summary>
        private const int LongestReadAtOnce = 128;

        private static readonly string?[] Names = new string?[256];

        private static readonly TableValue.Text?[] Texts = new TableValue.Text?[4096];

        private static readonly JsonWriterOptions Readable = new()
            { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

        /// <summary>One for each thread, used again and again.</summary>
        [ThreadStatic]
        private static (ArrayBufferWriter<byte> Bytes, Utf8JsonWriter Json)? _writer;

        /// <inheritdoc cref="_writer"/>
        [ThreadStatic]
        private static List<Column>? _read;

        private static (ArrayBufferWriter<byte> Bytes, Utf8JsonWriter Json) NewWriter()
        {
            var bytes = new ArrayBufferWriter<byte>(1024);
            return (bytes, new Utf8JsonWriter(bytes, Readable));
        }

        public static byte[] Write(IReadOnlyDictionary<string, TableValue> values)
        {
            var (bytes, json) = _writer ??= NewWriter();
            bytes.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            foreach (var (name, value) in values)
            {
                json.WritePropertyName(name);
                switch (value)
                {
                    case TableValue.Text text:
                        json.WriteStringValue(text.Value);
                        break;
                    case TableValue.Whole whole:
                        json.WriteNumberValue(whole.Value);
                        break;
                    case TableValue.YesNo yesNo:
                        json.WriteBooleanValue(yesNo.Value);
                        break;
                    case TableValue.Fraction fraction:
                        json.WriteStartObject();
                        json.WriteNumber("fraction", fraction.Value);
                        json.WriteEndObject();
                        break;
                    case TableValue.Instant instant:
                        json.WriteStartObject();
                        json.WriteString("instant", instant.Value.UtcDateTime.ToString("O"));
                        json.WriteEndObject();
                        break;
                    default:
                        throw new UnreachableException();
                }
            }
            json.WriteEndObject();
            json.Flush();
            return bytes.WrittenSpan.ToArray();
        }

        public static Column[] Read(ReadOnlySpan<byte> json)
        {
            var values = _read ??= [];
            values.Clear();
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = Name(ref reader);
                reader.Read();
                bool isLong = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > LongestReadAtOnce;
                values.Add(isLong ? new(name, null, (int)reader.TokenStartIndex) : new(name, Value(ref reader), 0));
            }
            return [.. values];
        }

        /// <param name="json">From where it stands.</param>
        public static TableValue LongText(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return reader.GetString()!;
        }

        /// <summary>A column's name. All rows together have few, so that nearly always the string is there already.</summary>
        private static string Name(ref Utf8JsonReader reader)
        {
            var name = reader.ValueSpan;
            ref var known = ref Names[(name.Length * 31 + name[0] * 7 + name[^1]) & (Names.Length - 1)];
            var there = known;
            return there is not null && reader.ValueTextEquals(there) ? there : known = string.Intern(reader.GetString()!);
        }

        /// <summary>A text, of which the rows of a contract repeat most: its provider, its service, its quarter.</summary>
        private static TableValue Text(ref Utf8JsonReader reader)
        {
            var text = reader.ValueSpan;
            if (text.Length is 0 or > LongestRepeated)
                return reader.GetString()!;
            var hash = new HashCode();
            hash.AddBytes(text);
            ref var known = ref Texts[hash.ToHashCode() & (Texts.Length - 1)];
            var there = known;
            return there is not null && reader.ValueTextEquals(there.Value) ? there : known = new TableValue.Text(reader.GetString()!);
        }

        private static TableValue Value(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return reader.TokenType switch
                {
                    JsonTokenType.String => Text(ref reader),
                    JsonTokenType.Number => reader.GetInt64(),
                    _ => reader.GetBoolean(),
                };
            }
            reader.Read();
            var isFraction = reader.ValueTextEquals("fraction");
            reader.Read();
            TableValue value = isFraction ? reader.GetDouble() : new DateTimeOffset(reader.GetDateTime());
            reader.Read();
            return value;
        }
    }
}
