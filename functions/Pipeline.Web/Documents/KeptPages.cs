using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Stores;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Documents;

/// <summary>
/// The way to every page that is kept: reports, and of some contracts at a time their statements and latest receipts. What it costs does
/// not grow with what is kept.
/// </summary>
internal static class KeptPages
{
    private const int ContractsShown = 25;
    private const int LatestReceipts = 25;

    /// <summary>Of how many quarters receipts are looked at.</summary>
    private const int LatestQuarters = 2;

    public static async Task<IResult> AnswerAsync(Visit visit)
    {
        var files = visit.Steps.Files;
        var quarters = await visit.Steps.Changes.KnownQuartersAsync(visit.Cancel);
        string text = visit.Asked("q").Trim();
        IReadOnlyList<(ProviderId Provider, ContractId Contract)> found =
            await visit.Steps.Reference.RegisterAsync(visit.Cancel) is { } register
            ? [.. register.Terms.Where(term => Has(term, text)).Select(term => (term.Provider, term.Contract)).Distinct()]
            : [];
        int from = Paging.FirstOf(visit, found.Count);
        var paging = new Paging($"/pages?q={Uri.EscapeDataString(text)}", from, ContractsShown, found.Count);
        var shown = new List<ContractStatements>();
        var uploads = new List<Upload>();
        foreach (var (provider, contract) in found.Skip(from).Take(ContractsShown))
        {
            var statements = new List<Quarter>();
            await foreach (var file in files.ListAsync($"statements/{provider}/{contract}/", visit.Cancel))
            {
                if (Quarter.TryParse(Path.GetFileNameWithoutExtension(file.Path), out var quarter))
                    statements.Add(quarter);
            }

            if (statements.Count > 0)
                shown.Add(new ContractStatements(provider, contract,
                    (await visit.Steps.Reference.RegisterAsync(visit.Cancel))?.Find(contract, statements.Max()), [.. statements.Order()]));
            foreach (var quarter in quarters.Reverse().Take(LatestQuarters))
                uploads.AddRange(await visit.Steps.Uploads.OfReturnAsync(provider, contract, quarter, visit.Cancel));
        }

        return await Html.PageAsync<FrontPage>(visit, new FrontContent(
            quarters, shown, await ReceiptsAsync(files, uploads.OrderByDescending(upload => upload.TakenInAt).Take(LatestReceipts),
                visit.Cancel))
        {
            Text = text,
            Found = found.Count,
            Before = paging.Before,
            After = paging.After,
        });
    }

    private static bool Has(Term term, string text) =>
        text.Length == 0 || new[] { term.Contract.ToString(), term.ProviderName, term.ServiceName }.Any(name =>
            name.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static async Task<IReadOnlyList<ReceiptLink>> ReceiptsAsync(IFileStore files, IEnumerable<Upload> latest,
        CancellationToken cancel)
    {
        var links = new List<ReceiptLink>();
        foreach (var upload in latest)
        {
            string page = $"{upload.ReceiptFolder}v{upload.Version}.html";
            try
            {
                await using var json = await files.OpenReadAsync(Path.ChangeExtension(page, ".json"), cancel: cancel);
                links.Add(new ReceiptLink(await JsonSerializer.DeserializeAsync<Receipt>(json, CoreJson.Options, cancel)
                    ?? throw new JsonException(), page));
            }
            catch (Exception exception) when (exception is StoreNotFoundException or JsonException)
            {
                // It was taken in by another version of the code, or is on its way.
            }
        }

        return links;
    }
}
