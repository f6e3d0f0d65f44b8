using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Workspaces;
using Pipeline.Steps;
using Pipeline.Steps.Pages;
using Pipeline.Steps.Quarters;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Local.Commands;

/// <summary>The site over a workspace of this machine.</summary>
/// <param name="workspace">What it shows and changes.</param>
/// <param name="watch">What takes in the other files; null when nobody watches.</param>
/// <param name="clock">What it takes for now.</param>
internal sealed class LocalSite(Workspace workspace, Watch? watch, TimeProvider clock) : ISiteHost
{
    /// <summary>A page is answered by then, and the rest is brought up to date behind it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public AllSteps Steps => workspace;

    public TimeProvider Clock => clock;

    public ISignIn SignIn { get; } = new ChosenPerson();

    public async Task QuarterChangedAsync(HttpContext http, Quarter quarter)
    {
        var refreshed = Task.Run(() => RefreshQuarter.RunAsync(workspace.Quarters, quarter));
        if (await Task.WhenAny(refreshed, Task.Delay(Patience)) == refreshed)
            await refreshed;
        else
            // What fails now waits, as everything that changed does, for the next refresh.
            _ = refreshed.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
    }

    public Task RunChangedAsync(HttpContext http, PaymentRun run) => QuarterChangedAsync(http, run.Quarter);

    public async Task<StatusContent> StatusAsync(CancellationToken cancel) => watch is not null
        ? await watch.StatusAsync(cancel)
        : new StatusContent(clock.GetUtcNow(), IsWatching: false, 0, [], [], [], await workspace.Changes.ChangedQuartersAsync(cancel),
            null);

    public bool GivesUploadLinks => false;

    public Task<Uri?> UploadLinkAsync(ProviderId provider, CancellationToken cancel) => Task.FromResult<Uri?>(null);
}
