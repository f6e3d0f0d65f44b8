using Microsoft.AspNetCore.Http;
using Pipeline.Web.People;

namespace Pipeline.Web.Shared;

/// <summary>One way into the site, which says who may use it.</summary>
/// <remarks>What providers may use names the provider in its path, so that it is checked in one place that it is their own.</remarks>
public sealed record SiteRoute
{
    private SiteRoute(string method, string pattern, Access access, Func<Visit, Task<IResult>> answer)
    {
        if (access.Roles.Contains(Role.Provider) && !pattern.Contains("{provider}", StringComparison.Ordinal))
            throw new ArgumentException("A route for providers has {provider} in its pattern.", nameof(pattern));
        (Method, Pattern, Access, Answer) = (method, pattern, access, answer);
    }

    public string Method { get; }

    public string Pattern { get; }

    public Access Access { get; }

    public Func<Visit, Task<IResult>> Answer { get; }

    /// <summary>What it is for programs; null: it is for people.</summary>
    public ForMachines? Machines { get; private init; }

    /// <summary>What only shows something.</summary>
    public static SiteRoute Get(string pattern, Access access, Func<Visit, Task<IResult>> answer) => new("GET", pattern, access, answer);

    /// <summary>What does something: a form with its token.</summary>
    public static SiteRoute Post(string pattern, Access access, Func<Visit, Task<IResult>> answer) => new("POST", pattern, access, answer);

    /// <summary>
    /// The same for programs, below <c>/api/</c>. What does something carries no token of a form: a browser that asks from another site is
    /// refused.
    /// </summary>
    public static SiteRoute Machine(string method, string pattern, Access access, Func<Visit, Task<IResult>> answer, ForMachines about) =>
        new(method, pattern, access, answer) { Machines = about };
}
