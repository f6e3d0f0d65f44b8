using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Moq;
using Pipeline.Functions.Web;
using Pipeline.Steps;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Functions.Tests.Web;

/// <summary>What somebody is answered who asks the API when something is broken.</summary>
public sealed class FailuresTests : IDisposable
{
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_request_that_is_answered_stays_as_it_is()
    {
        bool asked = false;

        Assert.Null(await ProblemOfAsync(await TestPipeline.Reviewed(), () => asked = true));
        Assert.True(asked);
    }

    [Theory]
    [InlineData(503, false)]
    [InlineData(500, true)]
    public async Task A_store_that_fails_is_a_problem_that_says_what_to_do(int status, bool isDamage)
    {
        var problem = await ProblemOfAsync(await TestPipeline.Reviewed(),
            () => throw new StoreUnavailableException("Azure Storage answered 500.") { IsDamage = isDamage });

        Assert.Equal(status, await SignIn.RefusalAsync(problem!));
        Assert.Contains("RequestFailed: A request to PreparePayments failed. Azure Storage answered 500.", _log.Messages);
    }

    [Fact]
    public async Task Whatever_else_fails_is_a_problem_too_and_its_words_are_kept_to_itself()
    {
        var problem = await ProblemOfAsync(await TestPipeline.Reviewed(), () => throw new FormatException("jane roe"));

        var (status, _, body) = await SignIn.AnswerAsync(problem!);
        Assert.Equal(500, status);
        Assert.DoesNotContain("jane", body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Messages, message => message.Contains("jane", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("reference/contracts.csv")]
    [InlineData("payments/")]
    [InlineData("changes/")]
    public async Task Nothing_is_begun_while_an_account_does_not_answer(string target)
    {
        var world = await TestPipeline.Reviewed();
        world.Calls.Hook = call =>
            ValueTask.FromResult<Fault?>(call.Target.StartsWith(target, StringComparison.Ordinal) ? new Fault.Unavailable() : null);
        bool asked = false;

        var problem = await ProblemOfAsync(world, () => asked = true);

        Assert.Equal(503, await SignIn.RefusalAsync(problem!));
        Assert.False(asked);
    }

    /// <summary>The client libraries try for minutes.</summary>
    [Fact]
    public async Task While_storage_hangs_a_request_is_answered_within_five_seconds_and_the_health_check_within_three()
    {
        var steps = new AllSteps(Hanging(), Mock.Of<ITableStore>(), TimeProvider.System);

        long start = Stopwatch.GetTimestamp();
        var health = await new Health(steps).RunAsync(SignIn.NobodysRequest());
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        start = Stopwatch.GetTimestamp();
        var problem = await ProblemOfAsync(steps, () => throw new InvalidOperationException("It must not be asked."));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));

        Assert.Equal(503, await SignIn.RefusalAsync(health));
        Assert.Equal(503, await SignIn.RefusalAsync(problem!));
    }

    [Fact]
    public async Task The_health_check_reaches_for_the_stores()
    {
        await using var pipeline = new AzurePipeline();

        Assert.Equal(200, (await SignIn.AnswerAsync(await new Health(pipeline.Of<AllSteps>()).RunAsync(SignIn.NobodysRequest()))).Status);
    }

    [Fact]
    public async Task The_health_check_fails_when_a_store_does_not_answer()
    {
        var world = await TestPipeline.Reviewed();
        world.Calls.Hook = call => ValueTask.FromResult<Fault?>(call.Operation == "Get" ? new Fault.Unavailable() : null);

        Assert.Equal(503, await SignIn.RefusalAsync(await new Health(world).RunAsync(SignIn.NobodysRequest())));
    }

    private static IFileStore Hanging()
    {
        var files = new Mock<IFileStore>();
        files.Setup(f => f.StatAsync(It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Returns(() => new TaskCompletionSource<FileStat?>().Task);
        return files.Object;
    }

    private Task<IResult?> ProblemOfAsync(AllSteps steps, Action answer) =>
        new FailuresAsProblems(steps, _log.Of<FailuresAsProblems>()).ProblemOfAsync(
        SignIn.NobodysRequest().HttpContext,
        "PreparePayments",
        () =>
        {
            answer();
            return Task.CompletedTask;
        });
}
