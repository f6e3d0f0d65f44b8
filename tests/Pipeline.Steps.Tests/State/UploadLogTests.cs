using Pipeline.Core.Submissions;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Tests.State;

/// <summary>Where what a version counts for is kept: in its row as long as a row's value can hold it.</summary>
public sealed class UploadLogTests
{
    [Theory]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.csv", 30_000, true)]
    [InlineData("submissions/acme/HL-001/2025-26-Q1/outcomes.csv", 30_001, false)]
    [InlineData("reviews/2025-26-Q1/decisions.csv", 2, false)]
    public void Counts_of_a_return_stand_with_its_version_unless_they_are_long(string path, int bytes, bool stand) =>
        Assert.Equal(stand ? bytes : null,
            UploadLog.WithVersion(Slot.At(path)!, [.. Enumerable.Repeat((byte)' ', bytes)])?.Length);
}
