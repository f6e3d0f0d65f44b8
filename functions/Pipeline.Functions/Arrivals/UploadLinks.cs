using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Sas;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Pipeline.Azure;
using Pipeline.Core;
using Pipeline.Functions.Telemetry;
using Pipeline.Functions.Web;
using Pipeline.Steps;

namespace Pipeline.Functions.Arrivals;

/// <summary>
/// Gives a provider a link with which files can be put into its own directory, and nothing else. It is signed with the app's identity, so
/// that no account key exists.
/// </summary>
public sealed class UploadLinks(Accounts accounts, AllSteps steps, TimeProvider clock, ILogger<UploadLinks> log)
{
    private const int DefaultDays = 3;

    /// <summary>The longest that Azure lets an identity sign for.</summary>
    private const int MaxDays = 7;

    private static readonly string[] Allowed = [Roles.Commissioner, Roles.Administrator];

    [Function("UploadLink")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/providers/{provider}/upload-link")]
        HttpRequest request, string provider, CancellationToken cancel)
    {
        if (!Principal.TryRead(request, Allowed, out _, out var refusal))
            return refusal;
        if (!ProviderId.TryParse(provider, out var id)
            || (await steps.Reference.RegisterAsync(cancel))?.Terms.Any(term => term.Provider == id) != true)
            return Problems.Of(StatusCodes.Status404NotFound, "There is no such provider.",
                "Add a contract of theirs to reference/contracts.csv first.");
        if (!int.TryParse(request.Query["days"].FirstOrDefault() ?? $"{DefaultDays}", NumberStyles.None, CultureInfo.InvariantCulture,
            out int days) || days is < 1 or > MaxDays)
            return Problems.Of(StatusCodes.Status400BadRequest, "A link is for 1 to 7 days.", "Give days=3, say.");

        var (link, expires) = await SignAsync(accounts, id, days, clock, cancel);
        log.UploadLinkGiven(id, days);
        return Results.Ok(new { link, expiresAt = expires });
    }

    /// <summary>A link of some days from now.</summary>
    internal static async Task<(Uri Link, DateTimeOffset ExpiresAt)> SignAsync(Accounts accounts, ProviderId provider, int days,
        TimeProvider clock, CancellationToken cancel)
    {
        // Clocks differ by some minutes; and a key lasts no longer than it may from its start.
        var starts = clock.GetUtcNow().AddMinutes(-5);
        var expires = starts.AddDays(days);
        var key = await accounts.Blobs(Accounts.Uploads).GetUserDelegationKeyAsync(starts, expires, cancel);
        return (LinkOf(accounts.Container("submissions"), provider, starts, expires, key.Value), expires);
    }

    /// <summary>Create and write, in the provider's directory and below it.</summary>
    internal static Uri LinkOf(BlobContainerClient container, ProviderId provider, DateTimeOffset starts, DateTimeOffset expires,
        UserDelegationKey key)
    {
        var sas = new BlobSasBuilder
        {
            BlobContainerName = container.Name,
            BlobName = provider.ToString(),
            IsDirectory = true,
            StartsOn = starts,
            ExpiresOn = expires,
            Protocol = SasProtocol.Https,
        };
        sas.SetPermissions(BlobSasPermissions.Create | BlobSasPermissions.Write);
        return new BlobUriBuilder(container.Uri)
            { BlobName = provider.ToString(), Sas = sas.ToSasQueryParameters(key, container.AccountName) }.ToUri();
    }
}
