using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Azure;

/// <summary>Rows in Azure Table Storage. A table is made when it is first written.</summary>
public sealed class TableStorageTableStore(Func<string, TableClient> tables) : ITableStore
{
    private const string NoRow = "W/\"datetime'1601-01-01T00%3A00%3A00.0000000Z'\"";

    public async Task<TableRow?> GetAsync(string table, string partitionKey, string rowKey, CancellationToken cancel = default)
    {
        TableLimits.CheckKey(rowKey);
        var client = Client(table, partitionKey);
        try
        {
            var found = await client.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancel);
            return found.HasValue ? Read(found.Value!) : null;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
        catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
        {
            throw StorageFailure.Unavailable(exception);
        }
    }

    public IAsyncEnumerable<TableRow> QueryAsync(string table, string partitionKey, string? fromRowKey = null, string? toRowKey = null,
        CancellationToken cancel = default)
    {
        if (fromRowKey is not null)
            TableLimits.CheckKey(fromRowKey);
        if (toRowKey is not null)
            TableLimits.CheckKey(toRowKey);
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey}");
        if (fromRowKey is not null)
            filter += TableClient.CreateQueryFilter($" and RowKey ge {fromRowKey}");
        if (toRowKey is not null)
            filter += TableClient.CreateQueryFilter($" and RowKey lt {toRowKey}");
        return ReadAsync(Client(table, partitionKey), filter, cancel);
    }

    public IAsyncEnumerable<TableRow> QueryPartitionsAsync(string table, string fromPartitionKey, string toPartitionKey,
        CancellationToken cancel = default)
    {
        TableLimits.CheckKey(toPartitionKey);
        return ReadAsync(Client(table, fromPartitionKey),
            TableClient.CreateQueryFilter($"PartitionKey ge {fromPartitionKey} and PartitionKey le {toPartitionKey}"), cancel);
    }

    public IAsyncEnumerable<TableRow> ScanAsync(string table, CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        return ReadAsync(tables(table), null, cancel);
    }

    public async Task SubmitAsync(string table, string partitionKey, IReadOnlyList<RowChange> changes, CancellationToken cancel = default)
    {
        TableLimits.Check(partitionKey, changes);
        var client = Client(table, partitionKey);
        var wanted = changes.ToList();
        while (wanted.Count > 0)
        {
            try
            {
                await client.SubmitTransactionAsync(wanted.Select(change => Action(partitionKey, change)), cancel);
                return;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound.ToString())
            {
                await MakeAsync(client, cancel);
            }
            catch (TableTransactionFailedException exception) when (exception.Status == 404
                && wanted[exception.FailedTransactionActionIndex ?? 0] is RowChange.Delete { ETag: null } gone)
            {
                // It was to be taken away if it is there; Azure fails the whole batch over it.
                wanted.Remove(gone);
            }
            catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412
                && exception.ErrorCode != TableErrorCode.TableBeingDeleted.ToString())
            {
                throw exception.Status switch
                {
                    404 => new StoreNotFoundException("A row"),
                    409 => new StoreAlreadyExistsException("A row"),
                    _ => new StoreChangedException("A row"),
                };
            }
            catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
            {
                throw StorageFailure.Unavailable(exception);
            }
        }
    }

    private TableClient Client(string table, string partitionKey)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partitionKey);
        return tables(table);
    }

    private static async Task MakeAsync(TableClient client, CancellationToken cancel)
    {
        try
        {
            await client.CreateIfNotExistsAsync(cancel);
        }
        catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
        {
            throw StorageFailure.Unavailable(exception);
        }
    }

    private static async IAsyncEnumerable<TableRow> ReadAsync(TableClient client, string? filter,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = client.QueryAsync<TableEntity>(filter, cancellationToken: cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync())
                    yield break;
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound.ToString())
            {
                yield break;
            }
            catch (Exception exception) when (StorageFailure.IsUnavailable(exception, cancel))
            {
                throw StorageFailure.Unavailable(exception);
            }

            yield return Read(rows.Current);
        }
    }

    private static TableTransactionAction Action(string partitionKey, RowChange change) => change switch
    {
        RowChange.Insert insert => new(TableTransactionActionType.Add, Entity(partitionKey, insert.RowKey, insert.Values)),
        RowChange.Replace { ETag: null } replace =>
            new(TableTransactionActionType.UpsertReplace, Entity(partitionKey, replace.RowKey, replace.Values)),
        RowChange.Replace replace =>
            new(TableTransactionActionType.UpdateReplace, Entity(partitionKey, replace.RowKey, replace.Values), Expected(replace.ETag!)),
        RowChange.Delete delete => new(TableTransactionActionType.Delete, new TableEntity(partitionKey, delete.RowKey),
            delete.ETag is null ? ETag.All : Expected(delete.ETag)),
        _ => throw new ArgumentException("There is no other change.", nameof(change)),
    };

    /// <summary>One that Table Storage never gave out matches no row, but would fail as bad input.</summary>
    private static ETag Expected(string etag) => new(etag.StartsWith("W/\"datetime'", StringComparison.Ordinal) ? etag : NoRow);

    private static TableEntity Entity(string partitionKey, string rowKey, IReadOnlyDictionary<string, TableValue> values)
    {
        var entity = new TableEntity(partitionKey, rowKey);
        foreach (var (name, value) in values)
        {
            entity[name] = value switch
            {
                TableValue.Text text => text.Value,
                TableValue.Whole whole => whole.Value,
                TableValue.Fraction fraction => fraction.Value,
                TableValue.YesNo yesNo => yesNo.Value,
                TableValue.Instant instant => instant.Value,
                _ => throw new ArgumentException("There is no other value.", nameof(values)),
            };
        }

        return entity;
    }

    private static TableRow Read(TableEntity entity)
    {
        var values = new Dictionary<string, TableValue>(entity.Count);
        foreach (var (name, value) in entity)
        {
            if (name is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
                values.Add(name, Read(value));
        }

        return new TableRow(entity.PartitionKey, entity.RowKey, entity.ETag.ToString(), values);
    }

    private static TableValue Read(object value) => value switch
    {
        string text => text,
        long whole => whole,
        double fraction => fraction,
        bool yesNo => yesNo,
        DateTimeOffset instant => instant,
        _ => throw new StoreUnavailableException("A row has a column of a kind that the pipeline does not write."),
    };
}
