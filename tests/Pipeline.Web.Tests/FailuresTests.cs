using System.Net;
using Pipeline.Steps.Tests;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Tests;

/// <summary>Whoever is refused again and again waits; nobody else does.</summary>
public sealed class FailuresTests
{
    [Fact]
    public async Task Whoever_is_refused_too_often_waits_until_the_window_is_over()
    {
        var pipeline = await TestPipeline.Reviewed();
        await using var site = await TestSite.StartAsync(pipeline);
        using var dee = site.As(Role.Provider, "Dee Lake", "acme");
        using var ann = site.As(Role.Commissioner);
        for (int i = 0; i < Failures.MostOfPerson; i++)
            Assert.Equal(HttpStatusCode.NotFound, (await dee.GetAsync("/providers/beta")).StatusCode);

        using var refused = await dee.GetAsync("/providers/acme");

        Assert.Equal((HttpStatusCode.TooManyRequests, Failures.Window), (refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        Assert.Equal(HttpStatusCode.OK, (await ann.GetAsync("/")).StatusCode);
        pipeline.Clock.Now += Failures.Window;
        Assert.Equal(HttpStatusCode.OK, (await dee.GetAsync("/providers/acme")).StatusCode);
    }

    [Fact]
    public void An_address_waits_whoever_is_signed_in_there()
    {
        var clock = new SetClock(DateTimeOffset.UnixEpoch);
        var failures = new Failures(clock);
        for (int i = 0; i < Failures.MostOfAddress; i++)
        {
            Assert.Null(failures.WaitOf($"oid-{i}", "192.0.2.1"));
            failures.Count($"oid-{i}", "192.0.2.1");
        }

        Assert.Equal(Failures.Window, failures.WaitOf("oid-new", "192.0.2.1"));
        Assert.Equal(Failures.Window, failures.WaitOf(null, "192.0.2.1"));
        Assert.Null(failures.WaitOf("oid-1", "192.0.2.2"));
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(303, false)]
    [InlineData(400, true)]
    [InlineData(403, true)]
    [InlineData(404, true)]
    [InlineData(409, false)]
    [InlineData(413, true)]
    [InlineData(422, false)]
    [InlineData(503, false)]
    public void Only_refusals_count(int status, bool counts) => Assert.Equal(counts, Failures.IsOne(status));
}
