using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Tests.Stores;

public sealed class TableLimitsTests
{
    private const string Value = "the-value";

    [Theory]
    [InlineData("")]
    [InlineData("2025-26-Q1|C1")]
    [InlineData("a b~!$%&'()*+,-.:;<=>@[]^_`{|}é中😀\u00A0")]
    public void A_key_is_any_text_without_what_an_address_cannot_carry(string key) => TableLimits.CheckKey(key);

    [Fact]
    public void A_key_has_no_slashes_hash_question_mark_or_control_characters()
    {
        foreach (var refused in Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c).Concat(@"/\#?"))
        {
            AssertRefused(() => TableLimits.CheckKey($"a{refused}b"));
            AssertRefused(() => TableLimits.Check($"a{refused}b", [Row()]));
            AssertRefused(() => TableLimits.Check("p", [new RowChange.Delete($"a{refused}b", null)]));
        }
    }

    [Fact]
    public void A_key_takes_1_KiB_at_two_bytes_a_character()
    {
        TableLimits.CheckKey(new string('k', 512));
        AssertRefused(() => TableLimits.CheckKey(new string('k', 513)));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        foreach (var text in (string[])["a\uD83D", "\uDE00a", "\uDE00\uD83D", "😀\uD83D"])
        {
            AssertRefused(() => TableLimits.CheckKey(text));
            AssertRefused(() => TableLimits.Check("p", [Row(("Text", text))]));
        }
    }

    [Theory]
    [InlineData("outcomes")]
    [InlineData("abc")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123")]
    public void A_table_is_named_by_3_to_63_lower_case_letters_and_digits(string table) => TableLimits.CheckTable(table);

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData("Outcomes")]
    [InlineData("1outcomes")]
    [InlineData("out-comes")]
    [InlineData("outcomes\n")]
    [InlineData("résumé")]
    public void No_other_name_is_a_tables(string table) => AssertRefused(() => TableLimits.CheckTable(table));

    [Fact]
    public void A_batch_holds_1_to_100_changes()
    {
        TableLimits.Check("p", Rows(1));
        TableLimits.Check("p", Rows(100));
        AssertRefused(() => TableLimits.Check("p", Rows(0)));
        AssertRefused(() => TableLimits.Check("p", Rows(101)));
    }

    [Fact]
    public void A_batch_names_a_row_once()
    {
        TableLimits.Check("p", [new RowChange.Delete("r", null), new RowChange.Delete("R", null)]);
        AssertRefused(() =>
            TableLimits.Check("p", [new RowChange.Delete("r", null), new RowChange.Insert("r", new Dictionary<string, TableValue>())]));
    }

    [Theory]
    [InlineData("Need")]
    [InlineData("_")]
    [InlineData("a1_B2")]
    public void A_column_is_named_like_an_identifier(string column) => TableLimits.Check("p", [Row((column, true))]);

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("client-group")]
    [InlineData("Client Group")]
    [InlineData("Need\n")]
    [InlineData("é")]
    [InlineData("odata.etag")]
    [InlineData("PartitionKey")]
    [InlineData("RowKey")]
    [InlineData("Timestamp")]
    public void No_other_name_is_a_columns(string column)
    {
        AssertRefused(() => TableLimits.Check("p", [Row((column, true))]));
        AssertRefused(() =>
            TableLimits.Check("p", [new RowChange.Replace("r", new Dictionary<string, TableValue> { [column] = true }, null)]));
    }

    [Fact]
    public void A_columns_name_has_at_most_255_characters()
    {
        TableLimits.Check("p", [Row((new string('c', 255), true))]);
        AssertRefused(() => TableLimits.Check("p", [Row((new string('c', 256), true))]));
    }

    [Fact]
    public void A_row_has_at_most_252_columns()
    {
        TableLimits.Check("p", [Row([.. Enumerable.Range(0, 252).Select(n => ($"C{n}", (TableValue)true))])]);
        AssertRefused(() => TableLimits.Check("p", [Row([.. Enumerable.Range(0, 253).Select(n => ($"C{n}", (TableValue)true))])]));
    }

    [Fact]
    public void A_text_takes_64_KiB_at_two_bytes_a_character()
    {
        TableLimits.Check("p", [Row(("Text", new string('x', 32_768)))]);
        AssertRefused(() => TableLimits.Check("p", [Row(("Text", new string('x', 32_769)))]));
    }

    [Fact]
    public void A_row_takes_1_MiB_with_its_keys_and_the_names_of_its_columns()
    {
        // 15 texts of 64 KiB, and one of what is left of 1 MiB: less 4 for the row, 2 for each character of two keys,
        // and for each of the 16 columns 8, the 3 characters of its name and 4 for the length of its text.
        const int left = (1024 * 1024) - 4 - (2 * 2) - (16 * (8 + (2 * 3) + 4)) - (15 * 65_536);
        TableLimits.Check("p", [Texts(left / 2)]);
        AssertRefused(() => TableLimits.Check("p", [Texts((left / 2) + 1)]));
        AssertRefused(() => TableLimits.Check("pp", [Texts(left / 2)]));

        static RowChange Texts(int last) =>
            Row([.. Enumerable.Range(10, 15).Select(n => ($"C{n}", (TableValue)new string('x', 32_768))), ("C99", new string('x', last))]);
    }

    [Fact]
    public void A_batch_takes_4_MiB()
    {
        TableLimits.Check("p", Texts(rows: 60, 'x'));
        AssertRefused(() => TableLimits.Check("p", Texts(rows: 64, 'x')));
    }

    [Fact]
    public void Text_that_a_request_must_escape_weighs_more()
    {
        TableLimits.Check("p", Texts(rows: 21, 'é'));
        AssertRefused(() => TableLimits.Check("p", Texts(rows: 22, 'é')));
    }

    [Fact]
    public void An_instant_is_of_1601_or_later()
    {
        TableLimits.Check("p", [Row(("Instant", TableLimits.FirstInstant))]);
        TableLimits.Check("p", [Row(("Instant", DateTimeOffset.MaxValue))]);
        AssertRefused(() => TableLimits.Check("p", [Row(("Instant", TableLimits.FirstInstant.AddTicks(-1)))]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_fraction_is_finite(double fraction) => AssertRefused(() => TableLimits.Check("p", [Row(("Fraction", fraction))]));

    [Fact]
    public void The_error_names_the_change_by_its_place_and_no_value()
    {
        var tooLong = Value + new string('x', 40_000);

        var refusal = Assert.Throws<ArgumentException>(() =>
            TableLimits.Check("p", [new RowChange.Delete("a", null), Row(("Text", tooLong))]));

        Assert.Contains("Change 2 of the batch", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, refusal.Message, StringComparison.Ordinal);
    }

    private static RowChange.Insert Row(params (string Name, TableValue Value)[] values) =>
        new("r", values.ToDictionary(v => v.Name, v => v.Value));

    private static RowChange[] Rows(int count) => [.. Enumerable.Range(0, count).Select(n => new RowChange.Delete($"{n}", null))];

    private static RowChange[] Texts(int rows, char of) =>
        [.. Enumerable.Range(0, rows).Select(n => Row(("Text", new string(of, 32_768))) with { RowKey = $"{n}" })];

    private static void AssertRefused(Action act) => Assert.Throws<ArgumentException>(act);
}
