using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps;
using Pipeline.Steps.Quarters;
using Pipeline.Web.People;

namespace Pipeline.Web.Shared;

/// <summary>One request: who asks, for what.</summary>
public sealed class Visit(HttpContext http, ISiteHost host, Principal? person)
{
    private readonly Dictionary<Quarter, Task<Proposal?>> _proposals = [];
    private AntiforgeryTokenSet? _token;

    public HttpContext Http { get; } = http;

    public ISiteHost Host { get; } = host;

    public AllSteps Steps => Host.Steps;

    public CancellationToken Cancel => Http.RequestAborted;

    /// <summary>Null on routes for anybody.</summary>
    public Principal? Asking { get; } = person;

    /// <summary>On routes for those who are signed in.</summary>
    public Principal Person => Asking ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>Of who asks, now.</summary>
    public Signature Signature => new(Person.Person, Now);

    public DateTimeOffset Now => Host.Clock.GetUtcNow();

    public DateOnly Today => LondonDay.Of(Now);

    /// <summary>What stands at a name of the route's pattern.</summary>
    public string Part(string name) => (string?)Http.GetRouteValue(name) ?? "";

    /// <summary>The part of that name as a quarter.</summary>
    /// <exception cref="NoSuchPageException">It is none.</exception>
    public Quarter Quarter => Quarter.TryParse(Part("quarter"), out var quarter) ? quarter
        : throw new NoSuchPageException("The address names no quarter of a financial year: a quarter is written as 2025-26-Q1.");

    /// <inheritdoc cref="Quarter"/>
    public ContractId Contract => ContractId.TryParse(Part("contract"), out var id) ? id
        : throw new NoSuchPageException("What stands for the contract cannot be the id of one.");

    /// <inheritdoc cref="Quarter"/>
    public ProviderId Provider => ProviderId.TryParse(Part("provider"), out var id) ? id
        : throw new NoSuchPageException("What stands for the provider cannot be the id of one: ids of providers have small letters alone.");

    /// <inheritdoc cref="Quarter"/>
    public int Number => int.TryParse(Part("number"), System.Globalization.NumberStyles.None,
        System.Globalization.CultureInfo.InvariantCulture, out int number) ? number
        : throw new NoSuchPageException("What stands for the number is none: write it in digits.");

    /// <summary>A value of the address after <c>?</c>; empty when there is none.</summary>
    public string Asked(string name) => Http.Request.Query[name].ToString();

    /// <summary>A value of the form; empty when there is none.</summary>
    public string Given(string name) => Http.Request.HasFormContentType ? Http.Request.Form[name].ToString() : "";

    /// <summary>Has every quarter in which something changed brought up to date, now or soon.</summary>
    public async Task TellChangedAsync()
    {
        foreach (var quarter in await Steps.Changes.ChangedQuartersAsync(Cancel))
            await Host.QuarterChangedAsync(Http, quarter);
    }

    /// <summary>
    /// What is due in a quarter, worked out once for all parts of a page, since it reads something of every contract. A step asks anew.
    /// </summary>
    /// <param name="quarter">Which.</param>
    /// <param name="read">The returns of the quarter, where the page has read them.</param>
    public Task<Proposal?> ProposalAsync(Quarter quarter, IReadOnlyList<ContractReturn>? read = null) =>
        _proposals.TryGetValue(quarter, out var asked) ? asked : _proposals[quarter] = Steps.Proposals.OfAsync(quarter, read, Cancel);

    /// <summary>Looks whether the quarter of the address is known.</summary>
    /// <exception cref="NoSuchPageException">It is not.</exception>
    public async Task KnownQuarterAsync()
    {
        if (!await Steps.Returns.KnowsAsync(Quarter, Today, Cancel))
            throw new NoSuchPageException("Nothing is known of the quarter: it has not begun, or no contract was active in it. "
                + "GET /api/quarters lists those that are known.");
    }

    /// <summary>The hidden field that every form carries.</summary>
    public AntiforgeryTokenSet FormToken => _token ??= Http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(Http);
}

/// <summary>What was asked for is not there, or not for whoever asks: which of the two is not told.</summary>
/// <param name="what">For programs, which part of the address is not known, in a sentence that repeats nothing of it; null: the address as
/// a whole.</param>
public sealed class NoSuchPageException(string? what = null) : Exception(what ?? "There is no such page.")
{
    public string? What { get; } = what;
}
