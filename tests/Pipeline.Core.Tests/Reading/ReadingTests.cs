using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Reading;

/// <summary>How any file is read: header, line ends, quoting, dates, and where findings point (domain.md section 3).</summary>
public class ReadingTests
{
    private const string Header = "month,commissioned_hours,delivered_hours\n";

    [Theory]
    [InlineData("month,commissioned_hours,delivered_hours\n2025-04,10,9.5\n")]
    [InlineData("\uFEFFmonth,commissioned_hours,delivered_hours\n2025-04,10,9.5\n")]
    [InlineData("\uFEFF\"month\",commissioned_hours,delivered_hours\n2025-04,10,9.5\n")]
    [InlineData("month,commissioned_hours,delivered_hours\r\n2025-04,10,9.5\r\n")]
    [InlineData("month,commissioned_hours,delivered_hours\r\n2025-04,10,9.5\n")]
    [InlineData("month,commissioned_hours,delivered_hours\n2025-04,10,9.5")]
    [InlineData("month,commissioned_hours,delivered_hours\n2025-04,10,9.5\n\n\n")]
    [InlineData("\n\nmonth,commissioned_hours,delivered_hours\n\n2025-04,10,9.5\r\n\r\n")]
    [InlineData(" Delivered_Hours\t,\"MONTH\", commissioned_HOURS \n 9.50 ,\t2025-04,\" 10.0 \"\n")]
    public void The_same_rows_are_read(string text) =>
        Assert.Equal(new HoursCounts(1000, 950), Examples.CheckText(Dataset.Hours, text).Counts<HoursCounts>());

    [Theory]
    [InlineData("month,commissioned_hours,delivered_hours")]
    [InlineData("\uFEFFmonth,commissioned_hours,delivered_hours\r\n\r\n")]
    public void A_header_alone_is_a_nil_return(string text)
    {
        var file = Examples.CheckText(Dataset.Hours, text);

        Assert.True(file.IsNilReturn);
        Assert.Equal(0, file.Rows);
        Assert.Equal(new HoursCounts(0, 0), file.Counts);
    }

    [Fact]
    public void An_empty_file_is_told_what_a_header_alone_would_say()
    {
        Assert.EndsWith("the header alone, which is a nil return", Expected(Dataset.Hours), StringComparison.Ordinal);
        Assert.EndsWith("without rows no contract is left", Expected(Dataset.Contracts), StringComparison.Ordinal);
        Assert.DoesNotContain("nil", Rules.FileEmpty.Mend, StringComparison.Ordinal);

        static string Expected(Dataset dataset) => Assert.Single(Examples.CheckText(dataset, "").Findings.List).Expected!;
    }

    [Fact]
    public void A_header_alone_is_a_nil_return_of_every_dataset() =>
        Assert.All(Dataset.All, dataset => Assert.True(Examples.CheckText(dataset, Examples.Header(dataset)).IsNilReturn));

    [Fact]
    public void A_rejected_file_is_no_nil_return_and_has_no_counts()
    {
        var file = Examples.CheckText(Dataset.Hours, "month\n");

        Assert.False(file.IsNilReturn);
        Assert.Null(file.Counts);
    }

    [Fact]
    public void A_warning_does_not_reject()
    {
        var file = Examples.CheckText(Dataset.Hours, Header + "2025-04,10,20\n");

        Assert.Equal(["HRS-101 2 delivered_hours C2"], file.Found());
        Assert.True(file.IsAccepted);
    }

    [Fact]
    public void A_title_in_place_of_the_header_says_nothing_of_how_long_rows_are() =>
        Assert.DoesNotContain(Examples.CheckText(Dataset.Hours, "Our hours\n" + Header + "2025-04,10,10\n").Found(),
            found => found.StartsWith("CSV-001", StringComparison.Ordinal));

    [Fact]
    public void Every_finding_of_a_row_without_a_client_reference_is_told() => Assert.Equal(
        ["FLD-001 2 client_ref A2", "OUT-014 2 left_service_on J2"],
        Examples.CheckText(Dataset.Outcomes, Examples.Header(Dataset.Outcomes)
            + "\n,homeless,health,,2025-04-02,fully_met,2025-06-01,,E-1,2025-05-01,,\n").Found());

    [Fact]
    public void Reading_goes_on_after_an_uneven_row() => Assert.Equal(
        ["CSV-001 2 - -", "CSV-001 3 - -", "FLD-004 4 delivered_hours C4"],
        Examples.CheckText(Dataset.Hours, Header + "2025-04,10\n2025-04,10,10,10\n2025-05,10,ten\n").Found());

    [Fact]
    public void Findings_before_broken_quoting_are_kept() => Assert.Equal(
        ["FLD-004 2 delivered_hours C2", "CSV-002 3 - -"],
        Examples.CheckText(Dataset.Hours, Header + "2025-04,10,ten\n2025-05,10,1\"0\n2025-06,10,ten\n").Found());

    [Fact]
    public void Findings_before_a_refusal_are_not() => Assert.Equal(
        ["FIL-005 3 - -"],
        Examples.CheckText(Dataset.Hours, Header + "2025-04,10,ten\n2025-05,10,1\0\n").Found());

    [Fact]
    public void Findings_are_in_the_order_of_lines_and_columns() => Assert.Equal(
        [
            "FLD-007 2 client_ref A2", "FLD-006 2 client_group B2", "FLD-006 2 outcome C2", "FLD-002 2 need_identified_on E2",
            "FLD-006 2 result F2", "FLD-006 2 accommodation_after L2", "FLD-001 3 client_ref A3",
        ],
        Examples.CheckRows(Dataset.Outcomes, "?,?,?,,?,?,,,,,,?\n,homeless,health,,2025-04-02,open,,,,,,\n").Found());

    [Fact]
    public void A_cell_is_named_where_the_files_own_order_has_the_column() => Assert.Equal(
        ["FLD-001 2 month B2"],
        Examples.CheckText(Dataset.Hours, "delivered_hours,month,commissioned_hours\n1,,1\n").Found());

    [Fact]
    public void Lines_count_line_breaks_within_values_and_a_sheets_rows_do_not() => Assert.Equal(
        ["FLD-009 2 activity B2", "FLD-001 6 hours E3", "FLD-001 8 hours E5"],
        Examples.CheckRows(Dataset.SocialValue,
            "social,\"Fair\nwith\r\n\ngames\",2025-04-30,1,1,1\nsocial,Fair,2025-04-30,1,,1\n\nsocial,Fair,2025-04-30,1,,1\n").Found());

    [Fact]
    public void Line_breaks_within_the_header_count_too() => Assert.Equal(
        ["HDR-002 1 - D1", "FLD-001 4 month A2"],
        Examples.CheckText(Dataset.Hours, "month,commissioned_hours,delivered_hours,\"of\n\nall\"\n,1,1,1\n").Found());

    [Theory]
    [InlineData(0, 1, "A1")]
    [InlineData(25, 12, "Z12")]
    [InlineData(26, 1, "AA1")]
    [InlineData(51, 1, "AZ1")]
    [InlineData(52, 1, "BA1")]
    [InlineData(701, 1, "ZZ1")]
    [InlineData(702, 1_048_576, "AAA1048576")]
    [InlineData(16383, 1, "XFD1")]
    public void Cells_are_named_as_a_spreadsheet_does(int column, long row, string cell) => Assert.Equal(cell, Fields.Cell(column, row));

    [Theory]
    [InlineData("2025-04-30", 2025, 4, 30)]
    [InlineData("30/04/2025", 2025, 4, 30)]
    [InlineData("05/04/2025", 2025, 4, 5)] // The day first, always.
    [InlineData("29/02/2024", 2024, 2, 29)]
    [InlineData("9999-12-31", 9999, 12, 31)]
    [InlineData("1900-01-01", 1900, 1, 1)]
    public void Is_a_date(string text, int year, int month, int day)
    {
        Assert.True(Fields.TryDate(Encoding.UTF8.GetBytes(text), out var date));
        Assert.Equal(new DateOnly(year, month, day), date);
    }

    [Theory]
    [InlineData("04/30/2025")] // The month first, as in America.
    [InlineData("2025-02-29")]
    [InlineData("2025-04-31")]
    [InlineData("2025-00-10")]
    [InlineData("2025-10-00")]
    [InlineData("2025-4-30")]
    [InlineData("30/4/2025")]
    [InlineData("30/04/25")]
    [InlineData("30-04-2025")]
    [InlineData("2025/04/30")]
    [InlineData("2025-04/30")]
    [InlineData("30.04.2025")]
    [InlineData("20250430")]
    [InlineData("45777")] // As a spreadsheet keeps it.
    [InlineData("2025-04-30T00:00")]
    [InlineData("1899-12-31")]
    [InlineData("0000-01-01")]
    [InlineData("+025-04-30")]
    [InlineData("２０２５-04")]
    public void Is_no_date(string text) => Assert.False(Fields.TryDate(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("00012", 1200)]
    [InlineData("12.5", 1250)]
    [InlineData("12.05", 1205)]
    [InlineData("999999999.99", 99_999_999_999)]
    public void Is_a_number(string text, long hundredths)
    {
        Assert.True(Fields.TryHundredths(Encoding.UTF8.GetBytes(text), out long number));
        Assert.Equal(hundredths, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1.005")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1,000")]
    [InlineData("1e3")]
    [InlineData("1.2.3")]
    [InlineData("£5")]
    [InlineData("1 000")]
    [InlineData("1000000000")]
    [InlineData("0x10")]
    [InlineData("٣")]
    public void Is_no_number(string text) => Assert.False(Fields.TryHundredths(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("Fully Met", "fully_met")]
    [InlineData("FULLY-MET", "fully_met")]
    [InlineData("fully_met", "fully_met")]
    public void Is_the_code(string text, string code)
    {
        Assert.Equal(0, new CodeTable([code, "not_met"]).Find(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(code, Codes.Of(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fully__met")]
    [InlineData("fully met!")]
    [InlineData("fullymet")]
    [InlineData("fu\u217Cly_met")]
    public void Is_not_the_code(string text) =>
        Assert.Equal(-1, new CodeTable(["fully_met", "not_met"]).Find(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Progress_ends_at_the_number_of_rows()
    {
        var told = new Told();
        string rows = string.Concat(Enumerable.Repeat("x\n", 70_000));

        FileCheck.Check(new MemoryStream(Encoding.UTF8.GetBytes(Header + rows)), Examples.Reader(Dataset.Hours), rowsRead: told);

        Assert.Equal(70_000, told.Rows[^1]);
        Assert.True(told.Rows.Count > 1, "A file of so many rows is told of more than once.");
        Assert.Equal(told.Rows.Order(), told.Rows);
    }

    /// <summary>Long files are read ahead of their check.</summary>
    [Fact]
    public void Every_finding_of_a_long_file_points_to_its_own_line()
    {
        string text = Examples.Header(Dataset.SocialValue) + "\n"
            + string.Concat(Enumerable.Range(0, 20_000).Select(i =>
                $"social,\"a \"\"good\"\" lunch,\nfor {i % 7}\",2025-05-01,5,2.5,{(i % 2_000 == 1_999 ? "much" : "10.00")}\n"));

        var file = Examples.CheckText(Dataset.SocialValue, text);

        // Each of the rows takes two lines.
        var broken = file.Findings.List.Where(f => f.Rule == Rules.NotANumber);
        Assert.Equal(20_000, file.Rows);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (2L * 2_000 * i, $"F{2_000 * i + 1}")), broken.Select(f => (f.Line, f.Cell!)));
    }

    [Fact]
    public void What_comes_before_broken_quoting_is_checked_however_long_the_file()
    {
        string rows = string.Concat(Enumerable.Repeat("2025-04,x,9.5\n", 30_000));

        var file = Examples.CheckText(Dataset.Hours, Header + rows + "2025-05,\"1\"0,1\n" + rows);

        Assert.Equal(30_000, file.Rows);
        Assert.Equal(30_000, file.Findings.ByRule.Single(c => c.Rule == Rules.NotANumber).Total);
        Assert.Equal(30_002, file.Findings.List.Single(f => f.Rule == Rules.BrokenQuoting).Line);
    }

    [Fact]
    public void A_long_file_that_cannot_be_read_to_its_end_throws_what_its_stream_threw()
    {
        string rows = string.Concat(Enumerable.Repeat("2025-04,10,9.5\n", 30_000));
        using var stream = new FailingStream(Encoding.UTF8.GetBytes(Header + rows));

        Assert.Throws<EndOfStreamException>(() => FileCheck.Check(stream, Examples.Reader(Dataset.Hours)));
    }

    [Fact]
    public void Codes_that_differ_in_their_middle_alone_are_told_apart()
    {
        string[] codes = ["a", "ab", "abc", "abd", "abcd", "abcdefg", "abcdefgh", "first_half_a_second_half", "first_half_b_second_half"];
        var table = new CodeTable(codes);

        Assert.Equal(Enumerable.Range(0, codes.Length), codes.Select(code => table.Find(Encoding.UTF8.GetBytes(code))));
        Assert.Equal(-1, table.Find("first_half_c_second_half"u8));
    }

    /// <summary>Ends in an error instead of an end.</summary>
    private sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer) is > 0 and var read ? read : throw new EndOfStreamException();
    }

    private sealed class Told : IProgress<long>
    {
        public List<long> Rows { get; } = [];

        public void Report(long value) => Rows.Add(value);
    }
}
