using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

public sealed class SlotTests
{
    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.csv", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/social-value-2.csv", "social-value")]
    [InlineData("reviews/2025-26-Q1/decisions-final.csv", "decisions")]
    [InlineData("confirmations/2025-26-Q1/bacs run 7.csv", "confirmations")]
    [InlineData("reference/contracts.csv", "contracts")]
    [InlineData("reference/frameworks/strategic-2019.json", "framework-strategic-2019")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.CSV", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Outcomes.csv", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes (1).csv", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes - Copy.csv", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Copy of outcomes.csv", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/social_value.csv", "social-value")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Social Value 2025-07-01.csv", "social-value")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes2.csv", "outcomes")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/hours_final.csv", "hours")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/hours-and-quality.csv", "hours")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/return.xlsx", "return")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Return (1).xlsx", "return")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/return Q2.xlsx", "return")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Copy of return_2.XLSX", "return")]
    public void A_files_place_says_what_it_is_for(string path, string name) => Assert.Equal(name, Slot.At(path)?.Name);

    [Theory]
    [InlineData("reference/frameworks/strategic-2019.json", null, "reference")]
    [InlineData("reference/contracts.csv", null, "reference")]
    [InlineData("reference/publication.csv", null, "reference")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes-2.csv", "2025-26-Q1", "2025-26-Q1|HL-001|acme")]
    [InlineData("submissions/beta/HL-001/2025-26-Q1/outcomes.csv", "2025-26-Q1", "2025-26-Q1|HL-001|beta")]
    [InlineData("reviews/2025-26-Q2/checks.csv", "2025-26-Q2", "2025-26-Q2|-")]
    [InlineData("confirmations/2025-26-Q2/bacs.csv", "2025-26-Q2", "2025-26-Q2|-")]
    public void A_slot_says_of_which_quarter_it_is_and_where_it_is_kept(string path, string? quarter, string partition) =>
        Assert.Equal((quarter, partition), (Slot.At(path)!.OfQuarter?.ToString(), Slot.At(path)!.Partition));

    [Fact]
    public void Each_is_taken_in_after_what_it_is_checked_against() => Assert.Equal(
        ["frameworks/performance.json", "contracts.csv", "calendar.csv", "publication.csv", "hours.csv", "decisions.csv", "checks.csv",
            "bacs.csv"],
        new[]
        {
            "confirmations/2025-26-Q1/bacs.csv", "reviews/2025-26-Q1/decisions.csv", "reviews/2025-26-Q1/checks.csv",
            "submissions/acme/HL-001/2025-26-Q1/hours.csv",
            "reference/calendar.csv", "reference/publication.csv", "reference/contracts.csv", "reference/frameworks/performance.json",
        }.OrderBy(path => Slot.At(path)!.Precedence).Select(path => path.StartsWith("reference/", StringComparison.Ordinal)
            ? path["reference/".Length..] : Path.GetFileName(path)));

    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/decisions.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.txt")]
    [InlineData("submissions/ACME/HL-001/2025-26-Q1/outcomes.csv")]
    [InlineData("submissions/acme/HL-001/2025-27-Q1/outcomes.csv")]
    [InlineData("submissions/acme/HL-001/9999-00-Q4/outcomes.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/more/outcomes.csv")]
    [InlineData("reviews/2025-26-Q1/outcomes.csv")]
    [InlineData("reference/contracts-2.csv")]
    [InlineData("reference/frameworks/framework.schema.json")]
    [InlineData("archive/outcomes.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/hours and quality.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomesq1.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Q1 outcomes.csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/return (1).csv")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/returns.xlsx")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/return of outcomes.xlsx")]
    public void Other_places_are_for_nothing(string path) => Assert.Null(Slot.At(path));

    [Theory]
    [InlineData("outcomes.csv", "outcomes.csv")]
    [InlineData("outcomes-2.csv", "outcomes-2.csv")]
    [InlineData("outcomes-2025-07-14 (1) final v2.csv", "outcomes-2025-07-14 (1) final v2.csv")]
    [InlineData("outcomes-Jane-Doe.csv", "outcomes-….csv")]
    [InlineData("outcomes-copy-of-janes-list.csv", "outcomes-….csv")]
    public void Of_a_files_name_only_numbers_and_plain_words_are_published(string fileName, string published) =>
        Assert.Equal(published, Slot.At("submissions/acme/HL-001/2025-26-Q1/" + fileName)?.PublishedName(fileName));

    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/Q1 outcomes.csv", "the name outcomes.csv, or outcomes.xlsx of an Excel workbook")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.xls", "the name outcomes.csv, or outcomes.xlsx of an Excel workbook")]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/our return.xlsx", "one of the names outcomes.csv, referrals.csv, evidence.csv, "
        + "hours.csv, social-value.csv, quality.csv, incidents.csv, feedback.csv, or return.xlsx of a workbook with a sheet for each")]
    [InlineData("reviews/2025-26-Q1/our decisions.csv", "the name decisions.csv")]
    [InlineData("reviews/2025-26-Q1/notes.csv", "one of the names decisions.csv, checks.csv")]
    public void A_wrong_name_in_a_right_folder_is_told_the_right_one(string path, string expected) =>
        Assert.Equal(expected, Slot.ExpectedAt(path));

    [Fact]
    public void A_folder_that_is_known_to_be_right_is_where_the_file_goes() => Assert.Equal(
        "the name hours.csv, or hours.xlsx of an Excel workbook; it goes to submissions/acme/HL-001/2025-26-Q1/",
        Slot.ExpectedAt("submissions/acme/HL-001/2025-26-Q1/Q1 hours.csv", isFolderRight: true));

    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-q1/outcomes.csv", "quarter")]
    [InlineData("submissions/acme/HL-001/2025-Q1/outcomes.csv", "quarter")]
    [InlineData("submissions/acme/HL-001/2025-26 Q1/outcomes.csv", "quarter")]
    [InlineData("submissions/Larkstone/HL-001/2025-26-Q1/outcomes.csv", "provider")]
    [InlineData("submissions/acme/HL 001/2025-26-Q1/outcomes.csv", "contract")]
    [InlineData("submissions/Larkstone/HL-001/Summer/outcomes.csv", "provider", "quarter")]
    [InlineData("submissions/acme/outcomes.csv", "provider", "contract", "quarter")]
    [InlineData("reviews/Q1/decisions.csv", "quarter")]
    public void A_wrong_folder_is_told_which_it_is_and_not_what_it_is_called(string path, params string[] wrong)
    {
        string expected = Slot.ExpectedAt(path)!;

        Assert.Equal(wrong, new[] { "provider", "contract", "quarter" }.Where(part => expected.Contains(part, StringComparison.Ordinal)));
        Assert.All(["Larkstone", "Summer", "2025-Q1", "HL 001"], written => Assert.DoesNotContain(written, expected));
    }

    [Theory]
    [InlineData("outcomes.csv", "outcomes-2.csv", "outcomes-12.csv")]
    [InlineData("hours-9.csv", "hours-10.csv", "hours-11-final.csv")]
    [InlineData("outcomes.csv", "outcomes (1).csv", "outcomes (2).csv")]
    [InlineData("outcomes-30-06-2025.csv", "outcomes-01-07-2025.csv", "outcomes 2025-07-02.csv")]
    [InlineData("outcomes-007.csv", "outcomes-8.csv", "outcomes-99999999999999999999999.csv")]
    public void Files_of_a_slot_follow_their_numbers_and_dates(params string[] names) =>
        Assert.Equal(names, names.Reverse().Order(Comparer<string>.Create(FileName.CompareNaturally)));

    [Theory]
    [InlineData(".DS_Store")]
    [InlineData("Thumbs.db")]
    [InlineData("desktop.ini")]
    [InlineData("~$outcomes.xlsx")]
    [InlineData("._outcomes.csv")]
    [InlineData(".~lock.outcomes.csv#")]
    public void What_a_system_leaves_in_a_folder_is_nobodys_file(string name) => Assert.True(FileName.IsOfSystem(name));

    [Fact]
    public void Slots_keep_their_receipts_apart()
    {
        string[] folders =
        [
            .. new[]
            {
                "submissions/acme/HL-001/2025-26-Q1/outcomes.csv", "submissions/acme/HL-001/2025-26-Q1/hours.csv",
                "submissions/acme/HL-001/2025-26-Q2/outcomes.csv",
                "reviews/2025-26-Q1/decisions.csv", "reviews/2025-26-Q1/checks.csv", "confirmations/2025-26-Q1/a.csv",
                "reference/contracts.csv", "reference/frameworks/performance.json",
            }.Select(path => Slot.At(path)!.ReceiptFolder),
        ];

        Assert.Equal(folders, folders.Distinct());
    }
}
