using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Pipeline.Core.Reporting;

namespace Pipeline.Azure;

/// <summary>
/// Which storage account holds what, and the way in: a connection string under the account's name (the emulator), or its address and the
/// app's identity.
/// </summary>
public sealed class Accounts(IConfiguration settings, TokenCredential credential)
{
    public const string Uploads = "Uploads", Records = "Records", Payments = "Payments", Results = "Results";

    /// <summary>The account of each container; infra/main.bicep makes them.</summary>
    public static readonly IReadOnlyDictionary<string, string> OfContainer = new Dictionary<string, string>
    {
        ["submissions"] = Uploads,
        ["reviews"] = Uploads,
        ["confirmations"] = Uploads,
        ["archive"] = Records,
        ["quarantine"] = Records,
        ["receipts"] = Records,
        ["runs"] = Records,
        ["statements"] = Records,
        ["reports"] = Records,
        ["reference"] = Records,
        ["keys"] = Records,
        ["backups"] = Records,
        ["payments"] = Payments,
        ["tables"] = Results,
    };

    private readonly Dictionary<string, Lazy<BlobServiceClient>> _blobs = OfContainer.Values.Distinct().ToDictionary(
        account => account, account => new Lazy<BlobServiceClient>(() => settings[account] is { } connection
            ? new BlobServiceClient(connection)
            : new BlobServiceClient(Address(settings, account, "blobServiceUri"), credential)));

    private readonly Dictionary<string, Lazy<TableServiceClient>> _tables = new[] { Records, Results }.ToDictionary(
        account => account, account => new Lazy<TableServiceClient>(() => settings[account] is { } connection
            ? new TableServiceClient(connection)
            : new TableServiceClient(Address(settings, account, "tableServiceUri"), credential)));

    public BlobContainerClient Container(string container) =>
        _blobs[OfContainer.GetValueOrDefault(container)
            ?? throw new ArgumentException("There is no such container in any account.", nameof(container))].Value
            .GetBlobContainerClient(container);

    public BlobServiceClient Blobs(string account) => _blobs[account].Value;

    /// <summary>What commissioners read is in the account with a key; everything else is where no key gets in.</summary>
    public TableClient Table(string table) =>
        _tables[ReportingTable.All.Any(t => t.Name == table) ? Results : Records].Value.GetTableClient(table);

    private static Uri Address(IConfiguration settings, string account, string kind) =>
        new(settings[$"{account}:{kind}"] ?? throw new InvalidOperationException($"The app setting {account}__{kind} is missing."));
}
