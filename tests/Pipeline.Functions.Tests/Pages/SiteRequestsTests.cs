using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Pipeline.Functions.Pages;
using Pipeline.Functions.Tests.Web;

namespace Pipeline.Functions.Tests.Pages;

/// <summary>The site over Azure's stores, handed requests as the host hands them over, with App Service's headers.</summary>
[Collection(nameof(SignIn))]
#pragma warning disable CA1001 // DisposeAsync disposes of it.
public sealed class SiteRequestsTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private const string Page = "/providers/acme/returns/HL-001/2025-26-Q1";
    private const string Register =
        "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\n"
        + "HL-001,acme,Acme,Support,homeless,performance,100000.00,2020-01-01,2030-12-31,SUP-1\n";

    private static readonly Guid Dee = Guid.Parse("11111111-1111-1111-1111-111111111111"),
        Ann = Guid.Parse("22222222-2222-2222-2222-222222222222");

    private ServedSite _site = null!;
    private HttpClient _client = null!;

    public Task InitializeAsync() => StartAsync();

    private async Task StartAsync(bool awaitScans = false)
    {
        _site = await ServedSite.StartAsync(new StandingClock(), awaitScans);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _site.Address };
        await PutAsync("reference/contracts.csv", Register);
        await PutAsync("reference/people.csv", $"person,role,provider\n{Dee},provider,acme\n");
        await _site.Steps.Sweep.RunAsync();

        async Task PutAsync(string path, string text) =>
            await _site.Steps.Files.WriteAsync(path, new MemoryStream(Encoding.UTF8.GetBytes(text)));
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public void The_function_that_takes_every_path_is_the_last_that_the_host_tries()
    {
        string[] names = [.. typeof(SiteRequests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>()];

        Assert.Equal("ZSite", names.Order(StringComparer.OrdinalIgnoreCase).Last());
        Assert.Equal("ZSite", names.Order(StringComparer.Ordinal).Last());
    }

    /// <summary>They answer before the site does, which describes them.</summary>
    [Fact]
    public void Every_function_that_answers_programs_is_described()
    {
        string[] functions =
        [
            .. from method in typeof(SiteRequests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
               from trigger in method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>())
                   .OfType<HttpTriggerAttribute>()
               where trigger.Route?.StartsWith("api/", StringComparison.Ordinal) == true
               from verb in trigger.Methods!
               select $"{verb.ToUpperInvariant()} /{trigger.Route!.Replace(":int", "", StringComparison.Ordinal)}",
        ];

        Assert.Contains("POST /api/quarters/{quarter}/runs/{number}/approve", functions);
        Assert.Subset(Pipeline.Web.SiteRoutes.All.Where(route => route.Machines is not null)
            .Select(route => $"{route.Method} {route.Pattern}").ToHashSet(), functions.ToHashSet());
    }

    [Fact]
    public async Task Programs_read_what_there_is_and_are_told_to_sign_in_and_not_sent_elsewhere()
    {
        using var description = await SendAsync(HttpMethod.Get, "/api/openapi.json", null);
        using var json = JsonDocument.Parse(await description.Content.ReadAsStringAsync());
        Assert.Equal("3.1", json.RootElement.GetProperty("openapi").GetString()![..3]);
        Assert.True(json.RootElement.GetProperty("paths").TryGetProperty("/api/quarters/{quarter}/returns", out _));

        using var nobody = await SendAsync(HttpMethod.Get, "/api/quarters/2025-26-Q1/returns", null);
        Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json"),
            (nobody.StatusCode, nobody.Content.Headers.ContentType?.MediaType));
        Assert.True(Core.Quarter.TryContaining(DateOnly.FromDateTime(AzurePipeline.Now.Date), out var now));
        using var own = await SendAsync(HttpMethod.Get, $"/api/providers/acme/returns/{now}",
            ServedSite.PrincipalOf("Dee Lake", "provider", Dee));
        using var returns = JsonDocument.Parse(await own.Content.ReadAsStringAsync());
        Assert.Equal("HL-001", returns.RootElement[0].GetProperty("contract").GetString());
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_is_sent_to_the_sign_in_and_back()
    {
        using var answer = await SendAsync(HttpMethod.Get, Page, null);

        Assert.Equal((HttpStatusCode.SeeOther, $"/.auth/login/aad?post_login_redirect_uri={Uri.EscapeDataString(Page)}"),
            (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task A_person_of_a_provider_sends_a_file_and_gets_its_receipt_and_the_quarter_is_brought_up_to_date()
    {
        using var page = await SendAsync(HttpMethod.Get, Page, ServedSite.PrincipalOf("Dee Lake", "provider", Dee));
        string form = await page.Content.ReadAsStringAsync();
        Assert.True(page.StatusCode == HttpStatusCode.OK, form);
        using var content = new MultipartFormDataContent
        {
            { new StringContent(form.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0]), "__RequestVerificationToken" },
            { new StringContent("send"), "act" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("month,commissioned_hours,delivered_hours\n2025-04,100,90\n")), "files",
                "hours.csv" },
        };

        using var sent = await SendAsync(HttpMethod.Post, Page, ServedSite.PrincipalOf("Dee Lake", "provider", Dee), content,
            page.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));

        Assert.Equal((HttpStatusCode.SeeOther, $"{Page}?receipt=hours.v1"), (sent.StatusCode, sent.Headers.Location?.ToString()));
        using var receipt = await SendAsync(HttpMethod.Get, sent.Headers.Location!.ToString(),
            ServedSite.PrincipalOf("Dee Lake", "provider", Dee));
        Assert.Contains("Hours: accepted", await receipt.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("refresh-2025-26-Q1", _site.Orchestrations.Notified);
    }

    /// <summary>Several files: none is left out since the one before it waits.</summary>
    [Fact]
    public async Task Where_uploads_are_scanned_the_page_says_that_they_are_here_and_wait()
    {
        await DisposeAsync();
        await StartAsync(awaitScans: true);
        using var page = await SendAsync(HttpMethod.Get, Page, ServedSite.PrincipalOf("Dee Lake", "provider", Dee));
        using var content = new MultipartFormDataContent
        {
            { new StringContent((await page.Content.ReadAsStringAsync()).Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0]),
                "__RequestVerificationToken" },
            { new StringContent("send"), "act" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("month,commissioned_hours,delivered_hours\n2025-04,100,90\n")), "files",
                "hours.csv" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes("incident_ref,kind,occurred_on,reported_on,status\n")), "files",
                "incidents.csv" },
        };

        using var sent = await SendAsync(HttpMethod.Post, Page, ServedSite.PrincipalOf("Dee Lake", "provider", Dee), content,
            page.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        Assert.Contains("is being scanned for malware", await sent.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var steps = _site.Steps;
        Assert.NotNull(await steps.Files.StatAsync("submissions/acme/HL-001/2025-26-Q1/hours-1.csv"));
        Assert.NotNull(await steps.Files.StatAsync("submissions/acme/HL-001/2025-26-Q1/incidents-1.csv"));
        Assert.Empty(await steps.Uploads.OfReturnAsync(Core.ProviderId.Parse("acme"), Core.ContractId.Parse("HL-001"),
            Core.Quarter.Parse("2025-26-Q1")));
    }

    [Fact]
    public async Task A_provider_who_is_tied_to_nobody_sees_nobody()
    {
        using var other = await SendAsync(HttpMethod.Get, Page, ServedSite.PrincipalOf("Dee Lake", "provider", Ann));
        using var home = await SendAsync(HttpMethod.Get, "/", ServedSite.PrincipalOf("Dee Lake", "provider", Ann));

        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Contains(Ann.ToString(), await home.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Council_people_sign_in_out_and_choose_nobody()
    {
        using var home = await SendAsync(HttpMethod.Get, "/", ServedSite.PrincipalOf("Price, Ann (Housing)", "commissioner", Ann));
        using var chooser = await SendAsync(HttpMethod.Get, "/sign-in", ServedSite.PrincipalOf("Ann Price", "commissioner", Ann));

        string text = await home.Content.ReadAsStringAsync();
        Assert.Contains("Signed in as <strong>Price, Ann</strong>", text, StringComparison.Ordinal);
        Assert.Contains("href=\"/.auth/logout?post_logout_redirect_uri=/\"", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, chooser.StatusCode);
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? principal, HttpContent? content = null,
        IEnumerable<string>? cookies = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (principal is not null)
            request.Headers.Add(ServedSite.PrincipalHeader, principal);
        if (cookies is not null)
            request.Headers.Add("Cookie", string.Join("; ", cookies));
        return _client.SendAsync(request);
    }
}
