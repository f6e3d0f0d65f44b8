using System.Text;
using Pipeline.Core;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Arrivals;

public sealed class ReferenceCheckTests
{
    private const string Header =
        "contract,provider,provider_name,service_name,client_groups,framework,annual_value_gbp,starts_on,ends_on,supplier_ref\n";
    private const string Contracts = Header + "HL-001,acme,Acme Housing,Outreach,homeless,performance,1000,2025-04-01,2026-03-31,S-1\n";
    private const string Calendar = "quarter,contract,due_on,extended_to\n2025-26-Q1,HL-001,2025-07-31,\n";

    private readonly ReferenceFiles _files = new();

    private void Put(string path, string text) =>
        _files.Put(path, _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public async Task The_delivered_frameworks_a_register_and_a_calendar_are_sound()
    {
        Put("reference/contracts.csv", Contracts);
        Put("reference/calendar.csv", Calendar);

        var check = await _files.CheckAsync();

        Assert.True(check.IsSound);
        Assert.Equal(
            ["reference/frameworks/performance.json", "reference/frameworks/strategic-2019.json", "reference/contracts.csv",
                "reference/calendar.csv"],
            check.Files.Select(f => f.Path));
        Assert.Empty(check.NotChecked);
        Assert.Equal(new DateOnly(2025, 7, 31), check.Register!.Due(Quarter.Parse("2025-26-Q1"), ContractId.Parse("HL-001"))!.DueOn);
    }

    [Fact]
    public async Task Without_a_register_they_are_not_sound_though_nothing_is_wrong()
    {
        var check = await _files.CheckAsync();

        Assert.False(check.IsSound);
        Assert.Null(check.Register);
        Assert.All(check.Files, f => Assert.True(f.Check.IsAccepted));
    }

    [Fact]
    public async Task What_names_something_that_does_not_check_is_not_checked()
    {
        Put("reference/frameworks/performance.json", "{}");
        Put("reference/contracts.csv", Contracts);
        Put("reference/calendar.csv", Calendar);

        var check = await _files.CheckAsync();

        Assert.False(check.IsSound);
        Assert.Equal(["reference/calendar.csv", "reference/contracts.csv"], check.NotChecked);
        Assert.Equal("reference/frameworks/performance.json", Assert.Single(check.Files, f => !f.Check.IsAccepted).Path);
    }

    [Fact]
    public async Task A_frameworks_id_is_its_files_name()
    {
        await using var json = Core.Frameworks.DeliveredFrameworks.Open("performance");
        using var reader = new StreamReader(json);
        Put("reference/frameworks/other.json", await reader.ReadToEndAsync());
        Put("reference/contracts.csv", Contracts);

        var check = await _files.CheckAsync();

        Assert.Equal("FRM-029",
            Assert.Single(check.Files.Single(f => f.Path == "reference/frameworks/other.json").Check.Findings.ByRule).Rule.Id);
    }

    [Fact]
    public async Task A_stores_file_takes_the_place_of_one_put_before()
    {
        var store = new InMemoryFileStore(TimeProvider.System);
        await store.CreateAsync("reference/contracts.csv", new MemoryStream(Encoding.UTF8.GetBytes(Contracts)));
        await store.CreateAsync("reference/notes.txt", new MemoryStream());
        Put("reference/contracts.csv", "broken");

        await _files.PutAsync(store);

        Assert.True((await _files.CheckAsync()).IsSound);
    }
}
