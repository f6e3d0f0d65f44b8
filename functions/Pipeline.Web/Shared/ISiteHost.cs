using Microsoft.AspNetCore.Http;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps;
using Pipeline.Steps.Pages;
using Pipeline.Web.People;

namespace Pipeline.Web.Shared;

/// <summary>What the site asks of the host that it runs in.</summary>
public interface ISiteHost
{
    AllSteps Steps { get; }

    TimeProvider Clock { get; }

    ISignIn SignIn { get; }

    /// <summary>Has the tables and pages of a quarter brought up to date, now or soon.</summary>
    Task QuarterChangedAsync(HttpContext http, Quarter quarter);

    /// <summary>Told of a step of a payment run after it was taken.</summary>
    Task RunChangedAsync(HttpContext http, PaymentRun run);

    /// <summary>What is being taken in right now.</summary>
    Task<StatusContent> StatusAsync(CancellationToken cancel);

    /// <summary>Whether there are any.</summary>
    bool GivesUploadLinks { get; }

    /// <summary>A link by which files of any size reach a provider's own directory; null where there is none.</summary>
    Task<Uri?> UploadLinkAsync(ProviderId provider, CancellationToken cancel);
}
