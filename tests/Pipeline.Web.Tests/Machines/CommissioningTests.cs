using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests.Machines;

/// <summary>What commissioners do by pages, done by programs: the same steps, the same refusals.</summary>
public sealed class CommissioningTests : SiteTests
{
    private const string Account = "11111111-1111-1111-1111-111111111111";
    private const string Csv = "text/csv", Json = "application/json";

    private static readonly string AnnWrites = As(Role.Commissioner, "Ann Price"), BenWrites = As(Role.Commissioner, "Ben Rees");

    private protected override Task<TestPipeline> BeforeAsync() => TestPipeline.Released();

    [Fact]
    public async Task What_a_register_would_change_is_told_in_pence_and_nothing_of_it_is_kept()
    {
        var (status, told) = await PostAsync(AnnWrites, "/api/reference/contracts/what-if", TestPipeline.Register("60000.00"));

        Assert.Equal((HttpStatusCode.OK, "accepted", 1), (status, Text(told, "status"), told.GetProperty("against").GetInt32()));
        var one = told.GetProperty("consequences")[0];
        Assert.Equal(("2025-26-Q1", "HL-001", 2_375_000, 1_425_000, 950_000, true),
            (Text(one, "quarter"), Text(one, "contract"), Pence(one, "earnedBeforePence"), Pence(one, "earnedAfterPence"),
                Pence(one, "takenBackPence"), one.GetProperty("settled").GetBoolean()));
        Assert.Equal(["HL-001 changes: annual value in pounds from £100,000.00 to £60,000.00"],
            told.GetProperty("difference").EnumerateArray().Select(row => row.GetString()));
        Assert.Single(await Site.Pipeline.Uploads.OfSlotAsync(new Slot.Reference(Dataset.Contracts)));
    }

    [Fact]
    public async Task A_file_that_does_not_check_tells_what_to_mend_and_no_value()
    {
        var (_, told) = await PostAsync(AnnWrites, "/api/reference/contracts/what-if", TestPipeline.Register("a fortune"));

        Assert.Equal(("rejected", 1), (Text(told, "status"), told.GetProperty("errors").GetInt32()));
        Assert.DoesNotContain("fortune", told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_framework_is_tried_and_sent_as_json()
    {
        await using var delivered = Core.Frameworks.DeliveredFrameworks.Open("performance");
        using var reader = new StreamReader(delivered);
        string framework = (await reader.ReadToEndAsync()).Replace("\"weight\": 0.5", "\"weight\": 0.4", StringComparison.Ordinal);

        var (_, told) = await PostAsync(AnnWrites, "/api/reference/framework-performance/what-if", framework, Json);
        var (csv, _) = await PostAsync(AnnWrites, "/api/reference/framework-performance/what-if", framework, Csv);
        var (_, sent) = await PostAsync(AnnWrites, "/api/reference/framework-performance", framework, Json);

        Assert.Equal(25_000, Pence(told.GetProperty("consequences")[0], "takenBackPence"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, csv);
        Assert.Equal("held", Text(sent, "status"));
    }

    [Fact]
    public async Task What_is_held_is_listed_and_put_in_force_by_somebody_else_once()
    {
        var (_, sent) = await PostAsync(AnnWrites, "/api/reference/contracts", TestPipeline.Register("100000.00", "HL-001"));
        Assert.Equal("held", Text(sent, "status"));

        var listed = (await GetAsync("/api/changes"))[0];
        var change = await GetAsync("/api/changes/1");
        var (own, why) = await PostAsync(AnnWrites, "/api/changes/1/accept");
        var (accepted, _) = await PostAsync(BenWrites, "/api/changes/1/accept");
        var (dropped, was) = await PostAsync(BenWrites, "/api/changes/1/drop");

        Assert.Equal(("held", JsonValueKind.Null), (Text(listed, "state"), listed.GetProperty("consequences").ValueKind));
        Assert.Equal(("reference/contracts", 750_000),
            (Text(change, "slot"), Pence(change.GetProperty("consequences")[0], "takenBackPence")));
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.Conflict), (own, accepted, dropped));
        Assert.Contains("Ann Price sent the file", Text(why, "detail"), StringComparison.Ordinal);
        Assert.Contains("was accepted by Ben Rees", Text(was, "detail"), StringComparison.Ordinal);
        Assert.Equal(("accepted", "Ben Rees"),
            (Text(await GetAsync("/api/changes/1"), "state"), Text(await GetAsync("/api/changes/1"), "decidedBy")));
        Assert.DoesNotContain("HL-002", (await Site.Pipeline.Reference.RegisterAsync())!.Terms.Select(term => term.Contract.ToString()));
    }

    [Fact]
    public async Task A_number_under_which_nothing_is_held_is_not_there()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(AnnWrites, "/api/changes/7/accept")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(AnnWrites, "/api/changes/7/drop")).Status);
    }

    [Fact]
    public async Task A_report_is_published_and_corrected()
    {
        await Site.Pipeline.RefreshAsync();
        var (_, first) = await PostAsync(AnnWrites, "/api/quarters/2025-26-Q1/publications");
        var (status, same) = await PostAsync(AnnWrites, "/api/quarters/2025-26-Q1/publications");
        Assert.Equal((HttpStatusCode.OK, 1), (status, same.GetProperty("revision").GetInt32()));
        Assert.EndsWith("nothing was done.", Text(same, "note"), StringComparison.Ordinal);
        await PostAsync(AnnWrites, "/api/reference/council", "title,contact\nThe City Council,outcomes@council.example\n");
        var (unsaid, why) = await PostAsync(BenWrites, "/api/quarters/2025-26-Q1/publications");
        var (_, second) = await PostAsync(BenWrites, "/api/quarters/2025-26-Q1/publications?corrects=Whom%20to%20ask");

        Assert.Equal((1, "/published/2025-26-Q1/r1.html"), (first.GetProperty("revision").GetInt32(), Text(first, "page")));
        Assert.Equal(JsonValueKind.Null, first.GetProperty("note").ValueKind);
        Assert.Equal(HttpStatusCode.Conflict, unsaid);
        Assert.Contains("what this revision corrects", Text(why, "detail"), StringComparison.Ordinal);
        Assert.Equal((2, "Whom to ask"), (second.GetProperty("revision").GetInt32(), Text(second, "corrects")));
        Assert.Equal(2, (await GetAsync("/api/quarters/2025-26-Q1/publications")).GetArrayLength());
        using var nobody = Site.Nobody();
        Assert.Contains("mailto:outcomes@council.example", await nobody.ReadAsync("/published/2025-26-Q1/r2.html"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_tied_to_providers_and_untied()
    {
        var (_, added) = await PostAsync(AnnWrites, $"/api/providers/acme/people/{Account}");
        var (again, why) = await PostAsync(AnnWrites, $"/api/providers/acme/people/{Account}");
        var listed = await GetAsync("/api/people");
        var (_, removed) = await PostAsync(AnnWrites, $"/api/providers/acme/people/{Account}/remove");

        Assert.Equal(("accepted", "accepted", HttpStatusCode.Conflict), (Text(added, "status"), Text(removed, "status"), again));
        Assert.Contains("already", Text(why, "detail"), StringComparison.Ordinal);
        Assert.Equal((Account, "acme"), (Text(listed[0], "person"), Text(listed[0], "provider")));
        Assert.Empty((await Site.Pipeline.Reference.CurrentAsync()).People.People);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(AnnWrites, $"/api/providers/nobody/people/{Account}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(AnnWrites, "/api/providers/acme/people/Dee")).Status);
    }

    [Fact]
    public async Task Decisions_checks_and_confirmations_are_sent()
    {
        const string Quarter = "/api/quarters/2025-26-Q1";
        var (_, tried) = await PostAsync(AnnWrites, Quarter + "/decisions/what-if", TestPipeline.Decisions("met"));
        var (_, decided) = await PostAsync(AnnWrites, Quarter + "/decisions", TestPipeline.Decisions("met"));
        var (_, check) = await PostAsync(AnnWrites, Quarter + "/checks",
            "contract,check,carried_out_on,result,note\nHL-001,spot_check,2025-05-01,pass,\n");
        string confirmations = TestPipeline.Confirmations(("core", 1, "paid"));
        var (forbidden, _) = await PostAsync(AnnWrites, Quarter + "/confirmations", confirmations);
        var (_, confirmed) = await PostAsync(As(Role.Finance, "Cat Shaw"), Quarter + "/confirmations", confirmations);

        Assert.Equal(75_000, Pence(tried.GetProperty("consequences")[0], "earnedAfterPence")
            - Pence(tried.GetProperty("consequences")[0], "earnedBeforePence"));
        Assert.Equal(["accepted", "accepted", "accepted"], new[] { decided, check, confirmed }.Select(receipt => Text(receipt, "status")));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden);
        Assert.Equal("paid", (await Site.Pipeline.Ledger.OfQuarterAsync(TestPipeline.Q1)).First(p => p.Released.Line == "core").Status);
    }

    [Fact]
    public async Task What_nobody_knows_of_is_not_there()
    {
        var (status, why) = await PostAsync(AnnWrites, "/api/reference/nothing", "a\n");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.StartsWith("There is no such reference file. There are contracts, calendar, ", Text(why, "detail"),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(AnnWrites, "/api/quarters/1999-00-Q1/publications")).Status);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string who, string path, string? text = null,
        string type = Csv)
    {
        using var client = Site.Client(who);
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text ?? ""));
        content.Headers.ContentType = text is null ? null : MediaTypeHeaderValue.Parse(type);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        string said = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, said.Length == 0 ? default : JsonDocument.Parse(said).RootElement);
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var client = Site.Client(AnnWrites);
        return JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;
    }

    private static string As(Role role, string name) => ChosenPerson.Write(PersonName.Parse(name), role, null);

    private static string? Text(JsonElement of, string property) => of.GetProperty(property).GetString();

    private static long Pence(JsonElement of, string property) => of.GetProperty(property).GetInt64();
}
