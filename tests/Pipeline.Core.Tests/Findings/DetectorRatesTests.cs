using Pipeline.Benchmarks;

namespace Pipeline.Core.Tests.Findings;

/// <summary>How often the detector of personal data errs, of values that are the same in every run.</summary>
public sealed class DetectorRatesTests
{
    [Fact]
    public void Fewer_than_one_in_a_thousand_of_what_says_nothing_about_a_person_is_refused() =>
        Assert.All(DetectorRates.FalseAlarms(), rate => Assert.True(rate.Share < 0.001, rate.ToString()));

    [Fact]
    public void Hardly_anything_is_missed_in_a_text_however_it_is_written() =>
        Assert.All(DetectorRates.MissedInText(), rate => Assert.True(rate.Share <= 0.011, rate.ToString()));

    /// <summary>Renewed with <c>dotnet run -c Release --project tests/Pipeline.Benchmarks -- detector</c>.</summary>
    [Fact]
    public void The_page_has_what_the_command_prints() =>
        Assert.Contains(DetectorRates.Table(), File.ReadAllText(Page()), StringComparison.Ordinal);

    private static string Page()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Join(folder.FullName, "docs", "personal-data.md") is var page && File.Exists(page))
                return page;
        }

        throw new FileNotFoundException("docs/personal-data.md");
    }
}
