using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Pipeline.Azure;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Functions.Arrivals;
using Pipeline.Functions.Payments;
using Pipeline.Functions.Quarters;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Pages;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Functions.Pages;

/// <summary>What the site asks of Azure.</summary>
internal sealed class AzureSite(AllSteps steps, Accounts accounts, TimeProvider clock, ILogger<AzureSite> log) : ISiteHost
{
    private const int WaitingShown = 20;
    private const int LinkDays = 3;

    public AllSteps Steps => steps;

    public TimeProvider Clock => clock;

    public ISignIn SignIn { get; } = new AppServiceSignIn(steps);

    public Task QuarterChangedAsync(HttpContext http, Quarter quarter) =>
        TellAsync(quarter, () => ClientOf(http).RefreshAsync(quarter, CancellationToken.None));

    public async Task RunChangedAsync(HttpContext http, PaymentRun run)
    {
        log.RunStepTaken(run.Quarter, "page", run.Number, run.State.Word());
        await TellAsync(run.Quarter, () => run.IsOpen
            ? ClientOf(http).FollowAsync(RunToFollow.Of(run), CancellationToken.None)
            : ClientOf(http).EndFollowingAsync(RunToFollow.Of(run), CancellationToken.None));
        await QuarterChangedAsync(http, run.Quarter);
    }

    public async Task<StatusContent> StatusAsync(CancellationToken cancel)
    {
        var waiting = new List<string>();
        foreach (string container in Sweep.Containers)
            waiting.AddRange(await steps.TakeIn.NotTakenInAsync(steps.Files.ListAsync(container + "/", cancel), Environment.ProcessorCount,
                cancel));
        var words = new PathRedactor(await steps.Reference.RegisterAsync(cancel));
        return new StatusContent(
            clock.GetUtcNow(), IsWatching: true, waiting.Count,
            [.. waiting.Order(StringComparer.Ordinal).Take(WaitingShown).Select(words.Of)], [], [],
            await steps.Changes.ChangedQuartersAsync(cancel), null);
    }

    public bool GivesUploadLinks => true;

    public async Task<Uri?> UploadLinkAsync(ProviderId provider, CancellationToken cancel)
    {
        var (link, _) = await UploadLinks.SignAsync(accounts, provider, LinkDays, clock, cancel);
        log.UploadLinkGiven(provider, LinkDays);
        return link;
    }

    /// <summary>Set by the function that hands the request over.</summary>
    private static DurableTaskClient ClientOf(HttpContext http) => http.Features.Get<DurableTaskClient>()!;

    /// <summary>What took effect stays; when nobody can be told of it, the sweep makes up for it.</summary>
    private async Task TellAsync(Quarter quarter, Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception exception)
        {
            log.NobodyTold(quarter, "page", exception);
        }
    }
}
