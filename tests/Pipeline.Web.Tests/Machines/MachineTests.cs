using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.OpenApi;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Machines;

/// <summary>The interface for programs, and its description.</summary>
public sealed class MachineTests : SiteTests
{
    private const string Send = "/api/providers/acme/returns/HL-001/2025-26-Q1/hours",
        Hours = "month,commissioned_hours,delivered_hours\n2025-04,120.00,110.50\n";

    [Fact]
    public async Task The_description_is_valid_and_describes_every_route_and_no_page()
    {
        var read = OpenApiDocument.Parse(await ReadAsync("/api/openapi.json", null), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        var described = read.Document!.Paths.SelectMany(path => path.Value.Operations!.Select(operation => $"{operation.Key} {path.Key}"))
            .Order(StringComparer.Ordinal);
        Assert.Equal(SiteRoutes.All.Where(r => r.Machines is not null).Select(r => $"{r.Method} {r.Pattern}").Order(StringComparer.Ordinal),
            described);
        var operations = read.Document.Paths.SelectMany(path => path.Value.Operations!.Values).ToList();
        Assert.All(operations, operation => Assert.NotEmpty(operation.Summary!));
        Assert.Equal(operations.Count, operations.Select(o => o.OperationId).Distinct().Count());
    }

    [Fact]
    public async Task A_description_names_what_stands_in_the_address_what_is_sent_and_what_comes_back()
    {
        var document = OpenApiDocument.Parse(await ReadAsync("/api/openapi.json", null), "json").Document!;
        var send = document.Paths["/api/providers/{provider}/returns/{contract}/{quarter}/{dataset}"].Operations![HttpMethod.Post];
        Assert.Equal(["provider", "contract", "quarter", "dataset"], send.Parameters!.Select(p => p.Name));
        Assert.All(send.Parameters!, parameter =>
            Assert.True(parameter.Required && parameter.In == ParameterLocation.Path && parameter.Description!.Length > 0));
        Assert.Equal(["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"], send.RequestBody!.Content!.Keys);
        Assert.Superset(new HashSet<string> { "slot", "version", "status", "errors", "findings" },
            send.Responses!["200"].Content!["application/json"].Schema!.Properties!.Keys.ToHashSet());
    }

    /// <summary>What it says of itself is what it answers.</summary>
    [Theory]
    [InlineData("/api/quarters/2025-26-Q1/returns")]
    [InlineData("/api/providers/acme/returns/2025-26-Q1")]
    [InlineData("/api/providers/acme/statements/HL-001/2025-26-Q1")]
    [InlineData("/api/quarters/2025-26-Q1/payments")]
    [InlineData("/api/quarters/2025-26-Q1/publications")]
    [InlineData("/api/people")]
    [InlineData("/api/changes")]
    [InlineData("/api/changes/1")]
    public async Task An_answer_has_the_properties_that_are_described(string path)
    {
        await Site.Pipeline.PayAsync();
        await Site.Pipeline.RefreshAsync();
        Assert.Null(await Site.Pipeline.Publish.RunAsync(TestPipeline.Q1, TestPipeline.Ann, ""));
        await Site.Pipeline.Take("reference/people.csv", "person,role,provider\n11111111-1111-1111-1111-111111111111,provider,acme\n");
        await Site.Pipeline.Take("reference/contracts.csv", TestPipeline.Register("60000.00"));
        string pattern = path.Replace("acme", "{provider}", StringComparison.Ordinal)
            .Replace("HL-001", "{contract}", StringComparison.Ordinal).Replace("2025-26-Q1", "{quarter}", StringComparison.Ordinal)
            .Replace("/1", "/{number}", StringComparison.Ordinal);
        var schema = OpenApiDocument.Parse(await ReadAsync("/api/openapi.json", null),
            "json").Document!.Paths[pattern].Operations![HttpMethod.Get].Responses!["200"].Content!["application/json"].Schema!;
        using var json = JsonDocument.Parse(await ReadAsync(path, Site.Commissioner()));
        var first = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement[0] : json.RootElement;
        Assert.Equal((schema.Items ?? schema).Properties!.Keys.Order(StringComparer.Ordinal),
            first.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_provider_sends_a_file_and_gets_its_receipt()
    {
        using var dee = Site.Client(Site.Provider("acme"));
        var (status, receipt) = await SendAsync(dee, Hours, "text/csv");
        Assert.Equal((HttpStatusCode.OK, "accepted", 1),
            (status, receipt.GetProperty("status").GetString(), receipt.GetProperty("version").GetInt32()));
        Assert.Equal("/receipts/acme/HL-001/2025-26-Q1/hours/v1.html", receipt.GetProperty("receipt").GetString());

        (status, receipt) = await SendAsync(dee, Hours.Replace("110.50", "many", StringComparison.Ordinal), "text/csv; charset=utf-8");
        Assert.Equal((HttpStatusCode.OK, "rejected", 1),
            (status, receipt.GetProperty("status").GetString(), receipt.GetProperty("errors").GetInt32()));
        Assert.DoesNotContain("many", receipt.ToString(), StringComparison.Ordinal);
        using var returns = JsonDocument.Parse(await ReadAsync("/api/providers/acme/returns/2025-26-Q1", Site.Provider("acme")));
        var hours = returns.RootElement[0].GetProperty("datasets").EnumerateArray()
            .Single(d => d.GetProperty("dataset").GetString() == "hours");
        Assert.Equal(("received", 1, 2), (hours.GetProperty("state").GetString(), hours.GetProperty("currentVersion").GetInt32(),
            hours.GetProperty("versions").GetInt32()));
    }

    /// <summary>As a page of another site could send it without being asked whether it may.</summary>
    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task What_a_form_of_another_site_can_send_is_refused(string? type)
    {
        using var dee = Site.Client(Site.Provider("acme"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(dee, Hours, type)).Status);
    }

    [Fact]
    public async Task What_a_page_of_another_site_asks_for_is_not_done()
    {
        using var ann = Site.Client(Site.Commissioner());
        ann.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        Assert.Equal(HttpStatusCode.Forbidden,
            (await ann.PostAsync(new Uri("/api/quarters/2025-26-Q1/runs", UriKind.Relative), null)).StatusCode);
        Assert.Empty(await Site.Pipeline.Runs.OfQuarterAsync(TestPipeline.Q1));
    }

    [Fact]
    public async Task A_run_is_prepared_approved_by_another_and_released()
    {
        async Task<JsonElement> PostAsync(string who, string path, HttpStatusCode expected = HttpStatusCode.OK)
        {
            using var client = Site.Client(who);
            using var answer = await client.PostAsync(new Uri("/api/quarters/2025-26-Q1/runs" + path, UriKind.Relative), null);
            Assert.Equal(expected, answer.StatusCode);
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        }

        Assert.Equal("prepared", (await PostAsync(Site.Commissioner(), "")).GetProperty("state").GetString());
        Assert.NotEmpty((await PostAsync(Site.Commissioner(), "/1/approve", HttpStatusCode.Conflict)).GetProperty("detail").GetString()!);
        Assert.Equal("approved", (await PostAsync(Site.Finance(), "/1/approve")).GetProperty("state").GetString());
        await PostAsync(Site.Commissioner(), "/1/release", HttpStatusCode.Forbidden);
        Assert.Equal("released", (await PostAsync(Site.Finance(), "/1/release")).GetProperty("state").GetString());
        using var run = JsonDocument.Parse(await ReadAsync("/api/quarters/2025-26-Q1/runs/1", Site.Commissioner()));
        Assert.Equal("released", run.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_quarter_with_something_open_is_closed_only_for_who_says_that_they_know()
    {
        using var ann = Site.Client(Site.Commissioner());
        using var refused = await ann.PostAsync(new Uri("/api/quarters/2025-26-Q1/close", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("Not here: ", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(await Site.Pipeline.Closings.OfAsync(TestPipeline.Q1));
        using var closed = await ann.PostAsync(new Uri("/api/quarters/2025-26-Q1/close?anyway=true", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.NoContent, closed.StatusCode);
        Assert.NotNull(await Site.Pipeline.Closings.OfAsync(TestPipeline.Q1));
    }

    [Theory]
    [InlineData("/api/nothing", "The address may be wrong, or what it names is not yours to see.")]
    [InlineData("/api/quarters/2025-27-Q1/returns", "The address names no quarter of a financial year")]
    [InlineData("/api/quarters/2030-31-Q1/returns", "Nothing is known of the quarter: it has not begun, or no contract was active in it.")]
    [InlineData("/api/quarters/2025-26-Q1/runs/7", "The quarter has no run of this number.")]
    [InlineData("/api/quarters/2025-26-Q1/runs/first", "What stands for the number is none: write it in digits.")]
    [InlineData("/api/changes/7", "Nothing was ever held under this number.")]
    [InlineData("/api/providers/beta/statements/HL-001/2025-26-Q1", "The provider holds no contract of this id in this quarter.")]
    [InlineData("/api/providers/acme/statements/HL_001/2025-26-Q1", "What stands for the contract cannot be the id of one.")]
    [InlineData("/api/providers/Acme/returns/2025-26-Q1", "What stands for the provider cannot be the id of one")]
    public async Task What_there_is_not_is_a_problem_that_says_which_part_is_unknown(string path, string what)
    {
        using var ann = Site.Client(Site.Commissioner());
        using var answer = await ann.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.StartsWith(what, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HL-001/2025-26-Q1/minutes", "There is no such dataset. There are outcomes, referrals, evidence, hours, social-value, ")]
    [InlineData("HL-002/2025-26-Q1/hours", "The provider holds no contract of this id in this quarter.")]
    [InlineData("HL-002/2025-26-Q1/return", "The provider holds no contract of this id in this quarter.")]
    public async Task A_file_for_what_there_is_not_is_a_problem_that_says_which_part_is_unknown(string of, string what)
    {
        using var dee = Site.Client(Site.Provider("acme"));
        var (status, problem) = await SendAsync(dee, Hours, "text/csv", "/api/providers/acme/returns/" + of);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.StartsWith(what, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_workbook_of_a_whole_return_is_sent_at_once_and_each_sheet_has_its_receipt()
    {
        byte[] workbook = await FilledReturnAsync();

        using var dee = Site.Client(Site.Provider("acme"));
        var sent = await WorkbookAsync(dee, workbook);
        var again = await WorkbookAsync(dee, workbook);
        var refused = await WorkbookAsync(dee, "PK\u0003\u0004 and no workbook"u8.ToArray());

        Assert.Equal(
            [("submissions/acme/HL-001/2025-26-Q1/feedback", "rejected"), ("submissions/acme/HL-001/2025-26-Q1/hours", "accepted")], sent);
        Assert.Equal(["rejected", "duplicate"], again.Select(receipt => receipt.Status));
        Assert.Equal([("submissions/acme/HL-001/2025-26-Q1/return", "rejected")], refused);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await SendAsync(dee, Hours, "text/csv", SendReturn)).Status);
    }

    private const string SendReturn = "/api/providers/acme/returns/HL-001/2025-26-Q1/return";

    private static async Task<IReadOnlyList<(string Slot, string Status)>> WorkbookAsync(HttpClient client, byte[] workbook)
    {
        using var content = new ByteArrayContent(workbook);
        content.Headers.ContentType = new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        using var answer = await client.PostAsync(new Uri(SendReturn, UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var receipts = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return [.. receipts.RootElement.EnumerateArray().Select(receipt =>
            (receipt.GetProperty("slot").GetString()!, receipt.GetProperty("status").GetString()!)).Order()];
    }

    private async Task<string> ReadAsync(string path, string? person)
    {
        using var client = Site.Client(person);
        return await client.GetStringAsync(new Uri(path, UriKind.Relative));
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpClient client, string text, string? type,
        string path = Send)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        string said = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, said.Length == 0 ? default : JsonDocument.Parse(said).RootElement);
    }
}

internal static class Persons
{
    public static string Commissioner(this TestSite _) => ChosenPerson.Write(Core.PersonName.Parse("Ann Price"), Role.Commissioner, null);

    public static string Finance(this TestSite _) => ChosenPerson.Write(Core.PersonName.Parse("Cat Shaw"), Role.Finance, null);

    public static string Provider(this TestSite _, string provider) =>
        ChosenPerson.Write(Core.PersonName.Parse("Dee Lake"), Role.Provider, Core.ProviderId.Parse(provider));

    /// <summary>A program that acts for somebody; null: for nobody.</summary>
    public static HttpClient Client(this TestSite site, string? person)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            { BaseAddress = site.Address };
        if (person is not null)
            client.DefaultRequestHeaders.Add("Cookie", $"{ChosenPerson.Cookie}={person}");
        return client;
    }
}
