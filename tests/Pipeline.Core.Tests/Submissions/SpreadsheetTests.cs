using System.Text;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>Files as people save them from a spreadsheet: each mistake is found once, and said so that it can be mended.</summary>
public class SpreadsheetTests
{
    private const string Needs =
        "HL-1,homeless,housing,,2025-04-02,fully_met,2025-05-20,,EV-1,2025-06-10,hostel,own_tenancy\r\n"
        + "HL-2,young_people,health,gp,2025-04-12,not_met,2025-06-03,client_choice,,,,\r\n"
        + "HL-3,homeless,community,,2025-01-15,open,,,,,,\r\n";

    private static string Header => Examples.Header(Dataset.Outcomes) + "\r\n";

    [Fact]
    public void Blank_rows_below_the_data_are_left_out_with_one_note()
    {
        var file = Check(Header + Needs + string.Concat(Enumerable.Repeat(",,,,,,,,,,,\r\n", 40)));

        Assert.Equal("CSV-101 5 - -: the data without the 40 blank rows from row 5 on", Said(file));
        Assert.True(file.IsAccepted);
        Assert.Equal(3, file.Rows);
    }

    [Fact]
    public void A_million_of_them_too()
    {
        string header = Header + Needs;
        var file = FileCheck.Check(
            new MemoryStream(Encoding.UTF8.GetBytes(header + string.Concat(Enumerable.Repeat(",,,,,,,,,,,\r\n", 1_000_000)))),
            Examples.Reader(Dataset.Outcomes));

        Assert.Equal("CSV-101 5 - -: the data without the 1000000 blank rows from row 5 on", Said(file));
    }

    [Fact]
    public void A_nil_return_with_blank_rows_is_a_nil_return()
    {
        var file = Check(Header + ",,,,,,,,,,,\r\n,,,,,,,,,,,\r\n");

        Assert.Equal(["CSV-101 2 - -"], file.Found());
        Assert.True(file.IsNilReturn);
    }

    [Fact]
    public void Blank_columns_beside_the_data_are_left_out_with_one_note()
    {
        var file = Check(Header.Replace("\r\n", ",,,\r\n") + Needs.Replace("\r\n", ",,,\r\n"));

        Assert.Equal(["CSV-102 1 - -"], file.Found());
        Assert.True(file.IsAccepted);
    }

    [Fact]
    public void Commas_beside_some_of_the_rows_are_blank_columns_too() =>
        Assert.Equal(["CSV-102 1 - -"], Check(Header + Needs.Replace(",,,,\r\n", ",,,,,,\r\n")).Found());

    [Fact]
    public void A_value_beside_the_data_is_found_once_a_column() =>
        Assert.Equal(["HDR-008 2 - M2"], Check(Header.Replace("\r\n", ",\r\n") + Needs.Replace("\r\n", ",see notes\r\n")).Found());

    [Fact]
    public void An_uneven_row_says_how_many_values_it_should_have_and_has() => Assert.Equal(
        "CSV-001 3 - -: 3 values, not 4",
        Said(Examples.CheckText(Dataset.Hours, "month,commissioned_hours,delivered_hours\n2025-04,10,10\n2025-05,1,000,10\n")));

    [Theory]
    [InlineData("sep=,\r\n", 2)]
    [InlineData("Larkstone Housing Support,,,,,,,,,,,\r\nQ1 return 2025/26,,,,,,,,,,,\r\n,,,,,,,,,,,\r\n", 4)]
    [InlineData("Larkstone Housing Support\r\n", 2)]
    [InlineData(",,Need,,,Result,,,,,Accommodation,\r\n", 2)]
    public void What_stands_above_the_header_is_one_finding(string above, int line)
    {
        var file = Check(above + Header + Needs);

        Assert.Equal($"HDR-005 1 - -: the header, which stands on line {line}: delete {(line == 2 ? "line 1" : $"lines 1 to {line - 1}")}",
            Said(file));
        Assert.Equal(3, file.Rows);
    }

    [Fact]
    public void Rows_below_a_header_on_a_later_line_are_checked_all_the_same() => Assert.Equal(
        ["HDR-005 1 - -", "FLD-006 3 client_group B3"],
        Check("Our needs\r\n" + Header + Needs.Replace("HL-1,homeless", "HL-1,homles")).Found());

    [Theory]
    [InlineData("Client Ref ,Client Group,Outcome,Indicator,Need Identified On,Result,Result On,Reason,Evidence Ref,Left Service "
        + "On,Accommodation Before,Accommodation After")]
    [InlineData("Client ref *,client-group,OUTCOME,indicator,NeedIdentifiedOn,result,result_on,reason?,evidence_ref,left_service_on,accommodation_before,accommodation_after")]
    [InlineData("\uFEFF\uFEFFclient_ref,client\u00A0group,outcome,indicator,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after")]
    public void Names_are_read_by_their_letters(string header) => Assert.Empty(Check(header + "\r\n" + Needs).Found());

    [Theory]
    [InlineData("client_group", "client_grp")]
    [InlineData("client_group", "client_group_code")]
    [InlineData("need_identified_on", "need_identifed_on")]
    [InlineData("result_on", "results_on")]
    public void A_misspelt_name_is_one_finding_that_says_what_is_meant(string column, string misspelt)
    {
        string said = Said(Check(Header.Replace(column, misspelt) + Needs));

        Assert.Matches($@"\AHDR-004 1 {column} [A-L]1: the name {column}, if that is what is meant\z", said);
    }

    [Fact]
    public void A_renamed_column_in_its_place_is_one_finding()
    {
        var found = Check(Header.Replace("result_on", "Date of it").Replace("evidence_ref", "Proof") + Needs).Found();

        Assert.Equal(["HDR-004 1 result_on G1", "HDR-004 1 evidence_ref I1"], found);
    }

    [Fact]
    public void A_renamed_column_is_not_guessed_where_the_others_stand_elsewhere() => Assert.Equal(
        ["HDR-001 1 commissioned_hours -", "HDR-002 1 - C1"],
        Examples.CheckText(Dataset.Hours, "delivered_hours,month,Plan\n10,2025-04,10\n").Found());

    [Theory]
    [InlineData("Total,2,,,,,,,,,,")]
    [InlineData("GRAND TOTAL,,,,,,,,,,,")]
    [InlineData("Totals,2")]
    [InlineData("TOTAL 4,,,,,,,,,,,")]
    [InlineData("Sub-total: 12.50")]
    public void A_row_of_totals_is_one_finding_and_no_client(string totals)
    {
        var file = Check(Header + Needs + totals + "\r\n");

        Assert.Equal(["CSV-004 5 - -"], file.Found());
        Assert.Equal(3, Assert.IsType<OutcomeCounts>(file.CountsSoFar).Clients);
    }

    [Theory]
    [InlineData("TOTAL4")]
    [InlineData("Total-4")]
    [InlineData("totality")]
    public void A_reference_that_begins_like_totals_is_a_client(string reference) =>
        Assert.Empty(Check(Header + Needs + reference + ",homeless,housing,,2025-04-13,open,,,,,,\r\n").Found());

    [Fact]
    public void A_file_with_the_month_first_in_one_column_has_it_first_in_all() => Assert.Equal(
        ["FLD-025 2 need_identified_on E2"],
        Check(Header + "HL-1,homeless,housing,,04/13/2025,fully_met,05/10/2050,,EV-1,,,\r\n").Found());

    [Fact]
    public void Rows_below_a_misspelt_name_are_checked()
    {
        var found = Check(Header.Replace("client_group", "client_grp")
            + string.Concat(Enumerable.Repeat("HL-1,homeless,homes,,02/13/2025,done,,,,,,\r\n", 3))).Found();

        Assert.Equal(10, found.Length);
        Assert.All(["FLD-006", "FLD-025"], rule => Assert.Contains(found, f => f.StartsWith(rule, StringComparison.Ordinal)));
    }

    [Fact]
    public void Rows_without_a_column_are_checked_as_far_as_they_can_be() => Assert.Equal(
        ["HDR-001 1 indicator -", "FLD-006 2 client_group B2"],
        Check(
            "client_ref,client_group,outcome,need_identified_on,result,result_on,reason,evidence_ref,left_service_on,accommodation_before,accommodation_after\r\n"
            + "HL-1,homles,housing,2025-04-02,open,,,,,,\r\nHL-1,homeless,housing,2025-04-02,open,,,,,,\r\n").Found());

    [Fact]
    public void Another_datasets_file_is_one_finding_that_names_it()
    {
        var file = Examples.CheckText(Dataset.Referrals, Header + Needs);

        Assert.Equal("HDR-006 1 - -: the columns of referrals; these are the columns of outcomes", Said(file));
    }

    [Theory]
    [InlineData("45749", "FLD-021")]
    [InlineData("45749.5", "FLD-021")]
    [InlineData("2025-04-02 00:00:00", "FLD-022")]
    [InlineData("2025-04-02T00:00", "FLD-022")]
    [InlineData("02/04/2025 09:30", "FLD-022")]
    [InlineData("02/04/25", "FLD-023")]
    [InlineData("2-4-25", "FLD-023")]
    [InlineData("2 April 2025", "FLD-024")]
    [InlineData("02-Apr-25", "FLD-024")]
    [InlineData("April 2, 2025", "FLD-024")]
    [InlineData("04/30/2025", "FLD-025")]
    [InlineData("04/30/25", "FLD-025")]
    [InlineData("2.4.2025", "FLD-026")]
    [InlineData("02-04-2025", "FLD-026")]
    [InlineData("2/4/2025", "FLD-026")]
    [InlineData("2025/04/02", "FLD-026")]
    [InlineData("20250402", "FLD-026")]
    [InlineData("2025-02-29", "FLD-002")]
    [InlineData("30/02/2025", "FLD-002")]
    [InlineData("soon", "FLD-002")]
    public void A_date_says_how_it_is_written(string date, string rule) => Assert.Equal(
        [$"{rule} 2 need_identified_on E2"],
        Check(Header + $"HL-1,homeless,housing,,{(date.Contains(',', StringComparison.Ordinal) ? $"\"{date}\"" : date)},open,,,,,,\r\n")
            .Found());

    [Fact]
    public void Where_one_date_has_the_month_first_the_others_are_not_taken_for_other_days() => Assert.Equal(
        ["FLD-025 2 need_identified_on E2"],
        Check(Header + "HL-1,homeless,housing,,04/30/2025,open,,,,,,\r\nHL-2,homeless,housing,,01/10/2025,open,,,,,,\r\n").Found());

    [Fact]
    public void A_column_that_may_be_blank_says_so_and_a_cell_has_one_finding()
    {
        var file = Check(Header + "HL-1,homeless,housing,N/A,2025-04-02,open,n/a,-,,n/a,-,\r\n");

        Assert.Equal(
            ["FLD-006 2 indicator D2", "FLD-002 2 result_on G2", "FLD-006 2 reason H2", "FLD-002 2 left_service_on J2",
                "FLD-006 2 accommodation_before K2"],
            file.Found());
        Assert.All(file.Findings.List, f => Assert.Contains("blank", f.Expected, StringComparison.Ordinal));
    }

    [Fact]
    public void A_repetition_names_the_line_of_the_first()
    {
        const string need = "HL-9,homeless,housing,,2025-04-02,open,,,,,,\r\n", other = "HL-9,homeless,health,,2025-04-02,open,,,,,,\r\n";

        Assert.Equal("OUT-015 7 outcome C7: one row; the first is on line 5", Said(Check(Header + Needs + need + other + need)));
    }

    [Fact]
    public void A_character_that_nobody_sees_is_named() => Assert.Equal(
        ["FLD-020 2 client_ref A2", "FLD-020 2 need_identified_on E2"],
        Check(Header + "HL\u200B1,homeless,housing,,\u00A02025-04-02,open,,,,,,\r\n").Found());

    private static CheckedFile Check(string text) => Examples.CheckText(Dataset.Outcomes, text);

    /// <summary>The one finding.</summary>
    private static string Said(CheckedFile file)
    {
        var finding = Assert.Single(file.Findings.List);
        return $"{Assert.Single(file.Found())}: {finding.Expected}";
    }
}
