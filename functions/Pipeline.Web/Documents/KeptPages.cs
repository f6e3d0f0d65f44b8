using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Quarters;
using Pipeline.Steps.Stores;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Documents;

/// <summary>The way to every page that is kept: reports, statements and the latest receipts.</summary>
internal static class KeptPages
{
    private const int LatestReceipts = 25;

    public static async Task<IResult> AnswerAsync(Visit visit)
    {
        var files = visit.Steps.Files;
        var quarters = new List<Quarter>();
        await foreach (var file in files.ListAsync("reports/", visit.Cancel))
        {
            if (Quarter.TryParse(Path.GetFileNameWithoutExtension(file.Path), out var quarter) && file.Path == QuarterPages.ReportPath(quarter))
                quarters.Add(quarter);
        }

        var register = await visit.Steps.Reference.RegisterAsync(visit.Cancel);
        var statements = new List<(ProviderId Provider, ContractId Contract, Quarter Quarter)>();
        await foreach (var file in files.ListAsync("statements/", visit.Cancel))
        {
            if (file.Path.Split('/') is [_, var provider, var contract, var name]
                && ProviderId.TryParse(provider, out var p) && ContractId.TryParse(contract, out var c) && Quarter.TryParse(Path.GetFileNameWithoutExtension(name), out var q))
                statements.Add((p, c, q));
        }

        return await Html.PageAsync<FrontPage>(visit, new FrontContent(
            quarters,
            [.. statements.GroupBy(s => (s.Provider, s.Contract)).Select(s => new ContractStatements(s.Key.Provider, s.Key.Contract, register?.Find(s.Key.Contract, s.Max(each => each.Quarter)), [.. s.Select(each => each.Quarter).Order()]))],
            await ReceiptsAsync(files, visit.Cancel)));
    }

    private static async Task<IReadOnlyList<ReceiptLink>> ReceiptsAsync(IFileStore files, CancellationToken cancel)
    {
        // The oldest of those kept comes out first.
        var latest = new PriorityQueue<string, DateTimeOffset>();
        await foreach (var file in files.ListAsync("receipts/", cancel))
        {
            if (file.Path.EndsWith(".html", StringComparison.Ordinal))
            {
                latest.Enqueue(file.Path, file.LastModified);
                if (latest.Count > LatestReceipts)
                    latest.Dequeue();
            }
        }

        var links = new List<ReceiptLink>();
        while (latest.TryDequeue(out string? page, out _))
        {
            try
            {
                await using var json = await files.OpenReadAsync(Path.ChangeExtension(page, ".json"), cancel: cancel);
                links.Add(new ReceiptLink(await JsonSerializer.DeserializeAsync<Receipt>(json, CoreJson.Options, cancel) ?? throw new JsonException(), page));
            }
            catch (Exception exception) when (exception is StoreNotFoundException or JsonException)
            {
                // A page without its receipt was not written by the pipeline.
            }
        }

        links.Reverse();
        return links;
    }
}
