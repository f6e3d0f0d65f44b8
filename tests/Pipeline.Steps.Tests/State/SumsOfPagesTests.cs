using System.Security.Cryptography;
using System.Text;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;
using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.State;

/// <summary>What pages add up to comes back as it was kept, however long it is, or not at all.</summary>
public sealed class SumsOfPagesTests
{
    private readonly InMemoryTableStore _tables = new();

    private SumsOfPages Kept => new(_tables);

    [Fact]
    public async Task Nothing_is_kept_of_a_page_that_was_never_made()
    {
        Assert.Null((await Kept.OfPageAsync(TestPipeline.Q1, "performance-1")).Json);
        Assert.Empty((await Kept.OfQuartersAsync(TestPipeline.Q1, TestPipeline.Q1))[TestPipeline.Q1]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public async Task What_is_kept_comes_back_and_in_the_place_of_what_was_there(int length)
    {
        var (one, other) = (Random(length), Encoding.UTF8.GetBytes("[]"));
        await KeepAsync("performance-1", Random(200_000));
        await KeepAsync("performance-1", one);
        await KeepAsync("performance-10", other);
        Assert.Equal(one, (await Kept.OfPageAsync(TestPipeline.Q1, "performance-1")).Json);
        var (before, next) = (TestPipeline.Q1.Previous!.Value, TestPipeline.Q1.Next!.Value);
        var quarters = await Kept.OfQuartersAsync(before, next);
        Assert.Equal([before, TestPipeline.Q1, next], quarters.Keys.Order());
        var all = quarters[TestPipeline.Q1];
        Assert.Equal(["performance-1", "performance-10"], all.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(one, all["performance-1"].Json);
        Assert.Equal(other, all["performance-10"].Json);
        Assert.Empty(quarters[before]);
        Assert.Empty(quarters[next]);
    }

    /// <summary>What stood there before would be taken for it.</summary>
    [Fact]
    public async Task Of_what_is_too_long_to_be_kept_nothing_is()
    {
        await KeepAsync("performance-1", Random(2));
        await KeepAsync("performance-1", Random(2_000_000));
        Assert.Null((await Kept.OfPageAsync(TestPipeline.Q1, "performance-1")).Json);
        await KeepAsync("performance-1", Random(2));
        Assert.NotNull((await Kept.OfPageAsync(TestPipeline.Q1, "performance-1")).Json);
    }

    [Fact]
    public async Task Whoever_read_what_another_has_replaced_since_keeps_nothing()
    {
        var before = await Kept.OfPageAsync(TestPipeline.Q1, "performance-1");
        await KeepAsync("performance-1", Random(2));
        await Assert.ThrowsAsync<StoreAlreadyExistsException>(() => Kept.ReplaceAsync(TestPipeline.Q1, "performance-1", before, Random(2)));
        before = await Kept.OfPageAsync(TestPipeline.Q1, "performance-1");
        await KeepAsync("performance-1", Random(2));
        await Assert.ThrowsAsync<StoreChangedException>(() => Kept.ReplaceAsync(TestPipeline.Q1, "performance-1", before, Random(2)));
    }

    [Fact]
    public async Task Parts_of_two_writes_are_not_put_together()
    {
        await KeepAsync("performance-1", Random(100_000));
        var part = (await _tables.QueryAsync("sums", "2025-26-Q1").ToListAsync())[1];
        await KeepAsync("performance-1", Random(100_000));
        await _tables.SubmitAsync("sums", "2025-26-Q1", [new RowChange.Replace(part.RowKey, part.Values, ETag: null)]);
        var torn = await Kept.OfPageAsync(TestPipeline.Q1, "performance-1");
        Assert.Null(torn.Json);
        await Kept.ReplaceAsync(TestPipeline.Q1, "performance-1", torn, Random(2));
        Assert.NotNull((await Kept.OfPageAsync(TestPipeline.Q1, "performance-1")).Json);
    }

    private async Task KeepAsync(string page, byte[] json) =>
        await Kept.ReplaceAsync(TestPipeline.Q1, page, await Kept.OfPageAsync(TestPipeline.Q1, page), json);

    /// <summary>Which does not become shorter when it is packed.</summary>
    private static byte[] Random(int length) => RandomNumberGenerator.GetBytes(length);
}
