using System.Net;
using Pipeline.Steps.Tests;
using Pipeline.Steps.Tests.Stores;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Tests;

/// <summary>Every route of the site, as everybody.</summary>
public sealed class RouteTests : SiteTests
{
    /// <summary>What stands for each part of a pattern: all of it is there, and is Acme's.</summary>
    private static readonly Dictionary<string, string> Parts = new()
    {
        ["{provider}"] = "acme",
        ["{contract}"] = "HL-001",
        ["{quarter}"] = "2025-26-Q1",
        ["{dataset}"] = "evidence",
        ["{number}"] = "1",
        ["{file}"] = "v1.html",
        ["{payment}"] = "HL-001-2025-26-Q1-core-r001",
        ["{name}"] = "contracts",
        ["{person}"] = "11111111-1111-1111-1111-111111111111",
        ["{**rest}"] = "2025-26-Q1.html",
        ["{**path}"] = "nowhere",
    };

    public static TheoryData<string> Everybody =>
        ["nobody", "no role", .. Enum.GetValues<Role>().Select(role => role.Word()), "another provider"];

    private protected override Task<TestPipeline> BeforeAsync() => Held();

    /// <summary>With a file that is held, and a report that is published.</summary>
    private static async Task<TestPipeline> Held()
    {
        var world = await TestPipeline.Released();
        await world.RefreshAsync();
        Assert.Null(await world.Publish.RunAsync(TestPipeline.Q1, TestPipeline.Ann, ""));
        await world.RefreshAsync();
        await world.Take("reference/contracts.csv", TestPipeline.Register("100000.00", "HL-001"));
        return world;
    }

    [Theory]
    [MemberData(nameof(Everybody))]
    public async Task Each_route_answers_those_whom_it_is_for_and_nobody_else(string who)
    {
        using var browser = As(who);
        Role? role = who == "another provider" ? Role.Provider : Roles.Find(who);
        Assert.All(SiteRoutes.All, route =>
        {
            using var answer = browser.SendAsync(new HttpMethod(route.Method), PathOf(route)).Result;
            var expected =
                route.Access.IsForAnybody ? Kind.Answered
                : who is "nobody" ? (route.Machines is null ? Kind.SentToSignIn : Kind.ToldToSignIn)
                : route.Access.Roles.Count > 0 && (role is null || !route.Access.Roles.Contains(role.Value)) ? Kind.Forbidden
                : who is "another provider" && route.Access.Roles.Contains(Role.Provider) ? Kind.NotFound
                : Kind.Answered;
            Assert.Equal((route.Method, route.Pattern, expected),
                (route.Method, route.Pattern, expected == Kind.Answered
                    && KindOf(answer) is not (Kind.SentToSignIn or Kind.ToldToSignIn or Kind.Forbidden) ? Kind.Answered : KindOf(answer)));
        });
    }

    /// <summary>So that what the tests above try is really there.</summary>
    [Fact]
    public async Task What_is_only_shown_is_there_for_those_whom_it_is_for()
    {
        foreach (var route in SiteRoutes.All.Where(r => r.Method == "GET" && r.Pattern
            is not ("/{**path}" or "/api/{**path}" or "/assets/{name}") && !r.Pattern.EndsWith("/{file}", StringComparison.Ordinal)))
        {
            var role = route.Access.Roles.Contains(Role.Provider) ? Role.Provider : route.Access.Roles.Append(Role.Commissioner).First();
            using var browser = role == Role.Provider ? Site.As(role, provider: "acme") : Site.As(role);
            Assert.Equal((route.Pattern, HttpStatusCode.OK), (route.Pattern, (await browser.GetAsync(PathOf(route))).StatusCode));
        }
    }

    [Fact]
    public async Task To_look_at_a_page_writes_nothing()
    {
        await Site.Pipeline.Confirm("july", ("core", 1, "failed"));
        var written = new List<string>();
        foreach (var route in SiteRoutes.All.Where(r => r.Method == "GET"))
        {
            foreach (var role in route.Access.Roles.DefaultIfEmpty(Role.Commissioner))
            {
                using var browser = role == Role.Provider ? Site.As(role, provider: "acme") : Site.As(role);
                Site.Pipeline.Calls.Hook = call =>
                {
                    if (call.Operation is "Create" or "Write" or "Submit")
                        written.Add($"{route.Pattern}: {call.Operation} {call.Target}");
                    return ValueTask.FromResult<Fault?>(null);
                };
                await browser.GetAsync(PathOf(route));
                Site.Pipeline.Calls.Hook = null;
            }
        }

        Assert.Empty(written);
    }

    [Fact]
    public async Task Nothing_is_done_without_the_token_of_a_form()
    {
        // What is for programs has no form; see MachineTests.
        foreach (var route in SiteRoutes.All.Where(r => r.Method == "POST" && r.Machines is null))
        {
            using var browser = route.Access.Roles.Contains(Role.Provider)
                ? Site.As(Role.Provider, provider: "acme") : Site.As(route.Access.Roles.Append(Role.Commissioner).First());
            Assert.Equal((route.Pattern, HttpStatusCode.BadRequest),
                (route.Pattern, (await browser.ForgeAsync(PathOf(route), ("name", "Ann Price"), ("role", "finance"))).Status));
        }
    }

    [Fact]
    public async Task The_token_of_one_person_is_no_other_persons()
    {
        using var ann = Site.As(Role.Commissioner);
        string page = await ann.ReadAsync(ChosenPerson.Path);
        string token = page.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
        using var ben = Site.As(Role.Finance, "Ben Rees");
        await ben.ReadAsync(ChosenPerson.Path);

        var answer = await ben.ForgeAsync(ChosenPerson.Path, ("__RequestVerificationToken", token), ("name", "Ann Price"),
            ("role", "finance"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("you are somebody else now", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_says_what_a_browser_may_do_with_it_and_that_no_cache_keeps_it()
    {
        using var browser = Site.As(Role.Commissioner);
        foreach (var route in SiteRoutes.All.Where(r => r.Pattern != "/assets/{name}"))
        {
            using var answer = await browser.SendAsync(new HttpMethod(route.Method), PathOf(route));
            Assert.Equal((route.Pattern, "no-store"), (route.Pattern, Header(answer, "Cache-Control")));
            Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
            Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
            Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
            Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
            string policy = Header(answer, "Content-Security-Policy");
            Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("script-src 'unsafe", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        }

        static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    [Fact]
    public void A_route_for_providers_says_whose_it_is() =>
        Assert.Throws<ArgumentException>(() =>
            SiteRoute.Get("/payments", Access.For(Role.Provider), _ => throw new InvalidOperationException()));

    [Fact]
    public async Task A_script_and_a_stylesheet_are_kept_by_browsers_and_are_all_that_is()
    {
        using var browser = Site.Nobody();
        string page = await browser.ReadAsync(ChosenPerson.Path);
        string[] assets = [.. page.Split('"').Where(part => part.StartsWith("/assets/", StringComparison.Ordinal))];

        Assert.Equal(2, assets.Length);
        foreach (string path in assets)
        {
            using var answer = await browser.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, "public, max-age=31536000, immutable"),
                (answer.StatusCode, answer.Headers.CacheControl?.ToString()));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/assets/other.css")).StatusCode);
    }

    private static string PathOf(SiteRoute route) =>
        Parts.Aggregate(route.Pattern, (path, part) => path.Replace(part.Key, part.Value, StringComparison.Ordinal));

    private TestBrowser As(string who) => who switch
    {
        "nobody" => Site.Nobody(),
        // Nobody knows this provider.
        "no role" => Site.WithoutRole(),
        "another provider" => Site.As(Role.Provider, provider: "beta"),
        "provider" => Site.As(Role.Provider, provider: "acme"),
        _ => Site.As(Roles.Find(who)!.Value),
    };

    private static Kind KindOf(HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.SeeOther when answer.Headers.Location!.ToString().StartsWith(ChosenPerson.Path, StringComparison.Ordinal) =>
            Kind.SentToSignIn,
        HttpStatusCode.Unauthorized => Kind.ToldToSignIn,
        HttpStatusCode.Forbidden => Kind.Forbidden,
        HttpStatusCode.NotFound => Kind.NotFound,
        _ => Kind.Answered,
    };

    private enum Kind
    {
        Answered,
        SentToSignIn,
        ToldToSignIn,
        Forbidden,
        NotFound,
    }
}
