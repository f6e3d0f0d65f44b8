using System.Globalization;
using System.Text;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>A file may have millions of rows: what is kept of one more is a few bytes, and no object is made for it.</summary>
public sealed class RowRoomTests
{
    private const int Clients = 20_000;

    private static readonly string[] Needs =
    [
        "health,", "health,physical_health", "health,mental_health", "health,gp", "housing,", "housing,maintain", "housing,secure",
        "community,",
    ];

    [Fact]
    public void One_more_row_of_a_client_takes_a_few_bytes()
    {
        long added = RoomFor(Needs.Length) - RoomFor(1);

        Assert.InRange((double)added / ((Needs.Length - 1) * Clients), 8, 16);
    }

    private static long RoomFor(int needs)
    {
        var text = new StringBuilder(Examples.Header(Dataset.Outcomes)).Append('\n');
        for (int client = 0; client < Clients; client++)
        {
            for (int need = 0; need < needs; need++)
                text.Append(CultureInfo.InvariantCulture, $"CL-{client:00000},homeless,{Needs[need]},2025-04-01,open,,,,,,\n");
        }

        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        var reader = Examples.Reader(Dataset.Outcomes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var file = FileCheck.Check(bytes, reader);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(file.IsAccepted);
        return taken;
    }
}
