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
            Assert.Equal(n, rows.Add(new RowOfNeed(n + 1, n % 7, n - 1)));
            Assert.Equal(n + 1, rows[n].Line);
        }

        for (int n = 1; n <= many; n++)
            Assert.Equal(new RowOfNeed(n + 1, n % 7, n - 1), rows[n]);
    }
}
