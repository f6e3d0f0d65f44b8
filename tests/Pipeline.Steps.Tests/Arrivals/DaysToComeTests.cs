using Pipeline.Core;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Tests.Arrivals;

/// <summary>Nothing tells of a day to come, and nothing is done for a quarter that has not begun. Today is 10 July 2025.</summary>
public sealed class DaysToComeTests
{
    private const string Q2 = "2025-26-Q2", Q4 = "2025-26-Q4";

    public static TheoryData<string, string, string> Files => new()
    {
        { "submissions/acme/HL-001/2025-26-Q2/evidence.csv", "element,kind,evidence_ref,evidence_on,quantity,description",
            $"{TestPipeline.Partnership},boards_attended,P-1,DAY,1," },
        { "submissions/acme/HL-001/2025-26-Q2/outcomes.csv",
            "client_ref,client_group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after", "C-1,homeless,community,,DAY,open,,,,,," },
        { "submissions/acme/HL-001/2025-26-Q2/incidents.csv", "incident_ref,kind,occurred_on,reported_on,status",
            "I-1,accident,2025-07-01,DAY,open" },
        { "submissions/acme/HL-001/2025-26-Q2/feedback.csv", "question,asked_on,responses,positive_responses", "other,DAY,1,1" },
        { "reviews/2025-26-Q1/decisions.csv", "contract,element,decision,reviewer,approver,decided_on,reason,note",
            $"HL-001,{TestPipeline.Partnership},met,Rita Roe,Sam Poe,DAY,," },
        { "reviews/2025-26-Q2/checks.csv", "contract,check,carried_out_on,result,note", "HL-001,spot_check,DAY,pass," },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_date_may_be_tomorrow_at_the_latest(string path, string header, string row)
    {
        var world = await TestPipeline.Reviewed();
        var tomorrow = await world.Take(path, $"{header}\n{row.Replace("DAY", "2025-07-11", StringComparison.Ordinal)}\n");
        Assert.Equal(UploadStatus.Accepted, tomorrow!.Receipt.Status);
        var after = await world.Take(path, $"{header}\n{row.Replace("DAY", "2025-07-12", StringComparison.Ordinal)}\n");
        Assert.Equal("FLD-013", Assert.Single(after!.Receipt.Summary).Rule);
    }

    [Fact]
    public async Task Nor_does_a_month_begin_later()
    {
        var world = await TestPipeline.Reviewed();
        var hours = await world.Take("submissions/acme/HL-001/2025-26-Q2/hours.csv",
            "month,commissioned_hours,delivered_hours\n2025-08,1,1\n");
        Assert.Equal("FLD-013", Assert.Single(hours!.Receipt.Summary).Rule);
    }

    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-Q4/incidents.csv", "incident_ref,kind,occurred_on,reported_on,status\n")]
    [InlineData("reviews/2025-26-Q4/decisions.csv", "contract,element,decision,reviewer,approver,decided_on,reason,note\n")]
    public async Task A_quarter_that_has_not_begun_takes_nothing_and_no_file_makes_it_known(string path, string text)
    {
        var world = await TestPipeline.Reviewed();
        Assert.Equal("SLT-006", Assert.Single((await world.Take(path, text))!.Receipt.Summary).Rule);
        await world.RefreshAsync();
        Assert.DoesNotContain(Quarter.Parse(Q4), await world.Changes.KnownQuartersAsync());
        Assert.DoesNotContain(Quarter.Parse(Q4), await world.Returns.QuartersAsync(new DateOnly(2025, 7, 10)));
        Assert.StartsWith("2025-26-Q4 has not begun", (await world.Prepare.RunAsync(Quarter.Parse(Q4), TestPipeline.Ann)).Refused());
    }

    [Fact]
    public async Task A_quarter_that_the_calendar_names_is_known_and_not_paid_before_it_begins()
    {
        var world = await TestPipeline.Reviewed();
        await world.Take("reference/calendar.csv", "quarter,contract,due_on,extended_to\n2025-26-Q3,,2026-01-31,\n");
        var q3 = Quarter.Parse("2025-26-Q3");
        Assert.Contains(q3, await world.Returns.QuartersAsync(new DateOnly(2025, 7, 10)));
        Assert.Equal("2025-26-Q3 has not begun: nothing is paid for it before 1 October 2025.",
            (await world.Prepare.RunAsync(q3, TestPipeline.Ann)).Refused());
        Assert.Equal("2025-26-Q3 has not begun, so there is nothing to close: check the quarter.",
            await world.Close.RunAsync(q3, TestPipeline.Ann));
    }

    [Fact]
    public async Task A_quarter_that_has_begun_is_paid_though_nothing_came_for_it()
    {
        var world = await TestPipeline.Reviewed();
        world.Clock.Now = new DateTimeOffset(2025, 6, 30, 22, 59, 59, TimeSpan.Zero);
        var q2 = Quarter.Parse(Q2);
        Assert.StartsWith("2025-26-Q2 has not begun", (await world.Prepare.RunAsync(q2, TestPipeline.Ann)).Refused());
        world.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(["core", "core"], (await world.Prepare.RunAsync(q2, TestPipeline.Ann)).Done().Lines.Select(line => line.Line));
        await world.RefreshAsync();
        Assert.Contains(q2, await world.Changes.KnownQuartersAsync());
    }
}
