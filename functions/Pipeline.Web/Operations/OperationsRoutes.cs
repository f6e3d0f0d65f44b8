using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Stores;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Operations;

/// <summary>What the engineer on call looks at, and what everybody finds by searching.</summary>
internal static class OperationsRoutes
{
    private const int UnplacedShown = 50;
    private const int FoundShown = 50;

    private static readonly Access Running = Access.For(Role.Administrator, Role.Commissioner);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Get("/operations", Access.For(Roles.Council), visit => OperationsAsync(visit)),
        SiteRoute.Post("/operations/sweep", Running, SweepAsync),
        SiteRoute.Get("/search", Access.SignedIn, SearchAsync),
    ];

    public static async Task<Waiting> WaitingAsync(Visit visit)
    {
        var items = new List<WaitingItem>();
        var status = await visit.Host.StatusAsync(visit.Cancel);
        if (status.Trouble is { } trouble)
            items.Add(new WaitingItem("Something does not work", "/status", "failed", trouble.What));
        if (status.Waiting > 0)
            items.Add(new WaitingItem("Files wait to be taken in", "/status", null, PageText.Counted(status.Waiting, "file", "files")));
        if (status.Refreshing.Count > 0)
            items.Add(new WaitingItem("Quarters wait to be brought up to date", "/status", null, string.Join(", ", status.Refreshing)));
        return new Waiting("Operations", items, [new Crumb("How it runs", "/operations"),
            new Crumb("People of providers, and links", PeopleRoutes.Path), new Crumb("What is being taken in now", "/status")]);
    }

    private static async Task<IResult> OperationsAsync(Visit visit, string? done = null)
    {
        var (steps, cancel) = (visit.Steps, visit.Cancel);
        var stores = new List<StoreAnswer>
        {
            await AnswerAsync("Files", () => steps.Files.StatAsync("reference/contracts.csv", cancel)),
            await AnswerAsync("Files for finance", () => steps.Files.StatAsync("payments/none", cancel)),
            await AnswerAsync("Tables", () => steps.Tables.GetAsync("changes", "-", "-", cancel)),
        };
        var unplaced = stores.TrueForAll(store => store.Answers) ? await UnplacedAsync(visit) : [];
        var current = await steps.Reference.CurrentAsync(cancel);
        return await Html.PageAsync<OperationsPage>(visit, new OperationsContent(
            await visit.Host.StatusAsync(cancel), stores, unplaced.Count, [.. unplaced.Take(UnplacedShown)], current.People, done));
    }

    /// <summary>
    /// The pages of the receipts of files that fit nowhere: those in folders of providers under names that say nothing, then what came to
    /// other places, the latest first.
    /// </summary>
    public static async Task<IReadOnlyList<string>> UnplacedAsync(Visit visit)
    {
        var elsewhere = new List<(string Path, DateTimeOffset At)>();
        await foreach (var file in visit.Steps.Files.ListAsync(Slot.UnplacedReceipts, visit.Cancel))
        {
            if (file.Path.EndsWith(".html", StringComparison.Ordinal))
                elsewhere.Add((file.Path, file.LastModified));
        }

        return
        [
            .. await UnplacedFiles.PagesAsync(visit.Steps.Uploads, visit.Steps.Files, "receipts/", visit.Cancel),
            .. elsewhere.OrderByDescending(f => f.At).Select(f => f.Path),
        ];
    }

    private static async Task<StoreAnswer> AnswerAsync(string name, Func<Task> ask)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            await ask();
            return new StoreAnswer(name, true, Stopwatch.GetElapsedTime(start));
        }
        catch (StoreException)
        {
            return new StoreAnswer(name, false, Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>Takes in whatever arrived and was missed.</summary>
    private static async Task<IResult> SweepAsync(Visit visit)
    {
        var taken = await visit.Steps.Sweep.RunAsync(Environment.ProcessorCount, cancel: visit.Cancel);
        await visit.TellChangedAsync();
        return await OperationsAsync(visit, $"{PageText.Counted(taken.Count, "file was", "files were")} taken in.");
    }

    /// <summary>Whoever acts for a provider alone finds what is the provider's.</summary>
    private static async Task<IResult> SearchAsync(Visit visit)
    {
        string text = visit.Asked("q").Trim();
        var found = new List<Found>();
        bool isCouncil = Roles.Council.Any(visit.Person.Has);
        if (text.Length > 1 && await visit.Steps.Reference.RegisterAsync(visit.Cancel) is { } register)
        {
            bool Sees(ProviderId provider) => isCouncil || (visit.Person.Has(Role.Provider) && visit.Person.Providers.Contains(provider));
            var quarters = await visit.Steps.Returns.QuartersAsync(visit.Today, visit.Cancel);
            foreach (var provider in register.ProviderNames.Where(p => Sees(p.Key) && (Has(p.Value) || Has(p.Key.ToString()))))
                found.Add(new Found("Provider", provider.Value, $"/providers/{provider.Key}"));
            foreach (var terms in register.Terms.Where(t => Sees(t.Provider) && (Has(t.Contract.ToString()) || Has(t.ServiceName)))
                .GroupBy(t => (t.Contract, t.Provider)))
            {
                if (quarters.FirstOrDefault(q => terms.Any(t => t.DaysIn(q) > 0)) is { StartYear: > 0 } quarter)
                    found.Add(new Found("Contract", $"{terms.Last().ServiceName}, {terms.Key.Contract}, {quarter}",
                        $"/providers/{terms.Key.Provider}/returns/{terms.Key.Contract}/{quarter}"));
            }

            var (slots, version) = ReceiptNumber.Find(text, contract =>
                register.Terms.Where(t => t.Contract == contract).Select(t => t.Provider));
            foreach (var slot in slots.Where(s => s is Slot.Return of ? Sees(of.Provider) : isCouncil))
            {
                if ((await visit.Steps.Uploads.OfSlotAsync(slot, visit.Cancel)).FirstOrDefault(u => u.Version == version) is { } upload)
                    found.Add(new Found("Receipt", $"{ReceiptNumber.Of(slot.Folder + slot.Name, version)}, {upload.Status.Word()}",
                        string.Create(CultureInfo.InvariantCulture, $"/{upload.ReceiptFolder}v{version}.html")));
            }

            if (isCouncil && PaymentId.TryParse(text, out var id)
                && (await visit.Steps.Ledger.OfQuarterAsync(id.Quarter, visit.Cancel)).Any(p => p.Released.PaymentId.ToString() == text))
                found.Add(new Found("Payment", text, $"/payments/{id.Quarter}/lines/{text}"));
            if (isCouncil && Quarter.TryParse(text, out var asked) && quarters.Contains(asked))
                found.Add(new Found("Quarter", PageText.Months(asked), $"/quarters/{asked}"));
        }

        return await Html.PageAsync<SearchPage>(visit, new SearchContent(text, found.Count, [.. found.Take(FoundShown)]));

        bool Has(string name) => name.Contains(text, StringComparison.OrdinalIgnoreCase);
    }
}

/// <param name="Name">Which store.</param>
/// <param name="Answers">Whether it could be reached.</param>
/// <param name="After">How long it took to know.</param>
public sealed record StoreAnswer(string Name, bool Answers, TimeSpan After);

/// <param name="Status">What is being taken in.</param>
/// <param name="Stores">Whether they are reached.</param>
/// <param name="Unplaced">How many files fit nowhere.</param>
/// <param name="UnplacedReceipts">The receipts of the latest of them.</param>
/// <param name="People">Who acts for whom.</param>
/// <param name="Done">What came of what was asked for.</param>
public sealed record OperationsContent(StatusContent Status, IReadOnlyList<StoreAnswer> Stores, int Unplaced,
    IReadOnlyList<string> UnplacedReceipts, PeopleList People, string? Done);

public sealed record Found(string Kind, string Text, string Path);

/// <param name="Text">What was searched for.</param>
/// <param name="Count">How many were found.</param>
/// <param name="Shown">The first of them.</param>
public sealed record SearchContent(string Text, int Count, IReadOnlyList<Found> Shown);
