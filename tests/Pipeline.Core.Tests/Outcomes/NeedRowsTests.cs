using Pipeline.Core.Outcomes;

namespace Pipeline.Core.Tests.Outcomes;

/// <summary>What was noted of a row is found again by its number, however many rows follow.</summary>
public sealed class NeedRowsTests
{
    [Fact]
    public void Every_row_is_found_by_its_number()
    {
        const int many = 200_000;
        var rows = new NeedRows();
        for (int n = 1; n <= many; n++)
        {
            Assert.Equal(n, rows.Add(n + 1, RowOf(n)));
            Assert.Equal(RowOf(n), rows[n]);
        }

        for (int n = 1; n <= many; n++)
            Assert.Equal(RowOf(n), rows[n]);

        static RowOfNeed RowOf(int n) => new((ushort)(n % 7), (byte)(n % 5), (byte)(n % 3), n - 1);
    }

    [Fact]
    public void The_line_of_every_row_is_known_whatever_lines_were_left_out()
    {
        var rows = new NeedRows();
        long[] lines = [2, 3, 4, 6, 7, 20, 21, 1_000_000, 1_000_001];
        Assert.Equal(Enumerable.Range(1, lines.Length), lines.Select(line => rows.Add(line, default)));
        Assert.Equal(lines, Enumerable.Range(1, lines.Length).Select(rows.LineOf));
    }

    [Fact]
    public void A_need_is_found_among_the_rows_of_its_client_alone()
    {
        var rows = new NeedRows();
        int one = rows.Add(2, new RowOfNeed(10, 1, 0, Before: 0));
        int other = rows.Add(3, new RowOfNeed(20, 1, 0, Before: 0));
        int again = rows.Add(4, new RowOfNeed(30, 1, 0, Before: one));
        Assert.Equal([one, again, 0], new[] { 10, 30, 20 }.Select(need => rows.Find(again, need)));
        Assert.Equal([other, 0], new[] { 20, 30 }.Select(need => rows.Find(other, need)));
        Assert.Equal(0, rows.Find(0, 10));
    }
}
