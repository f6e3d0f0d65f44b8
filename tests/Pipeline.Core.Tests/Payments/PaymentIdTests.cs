using Pipeline.Core.Payments;

namespace Pipeline.Core.Tests.Payments;

public class PaymentIdTests
{
    [Theory]
    [InlineData("HL-001-2025-26-Q1-core-r001", "HL-001", "2025-26-Q1", "core", 1)]
    [InlineData("HL-001-2025-26-Q4-joint_commissioning-r999", "HL-001", "2025-26-Q4", "joint_commissioning", 999)]
    [InlineData("a-2025-26-Q1-core-r1000", "a", "2025-26-Q1", "core", 1000)]
    [InlineData("a-2025-26-Q1-core-r2147483647", "a", "2025-26-Q1", "core", int.MaxValue)]
    [InlineData("A-2024-25-Q1-x-r001-2025-26-Q1-core-r002", "A-2024-25-Q1-x-r001", "2025-26-Q1", "core", 2)]
    [InlineData("A--2025-26-Q1-r001-r002", "A-", "2025-26-Q1", "r001", 2)]
    [InlineData("HL-001-2025-26-Q1-core-r001-acme", "HL-001", "2025-26-Q1", "core", 1, "acme")]
    [InlineData("HL-001-2025-26-Q1-core-r001-2025-26-q1-core-r002", "HL-001", "2025-26-Q1", "core", 1, "2025-26-q1-core-r002")]
    [InlineData("A-2024-25-Q1-x-r001-2025-26-Q1-core-r002-b-2", "A-2024-25-Q1-x-r001", "2025-26-Q1", "core", 2, "b-2")]
    public void Is_read_as_it_is_written(string text, string contract, string quarter, string line, int run, string? provider = null)
    {
        var id = new PaymentId(ContractId.Parse(contract), Quarter.Parse(quarter), line, run,
            provider is null ? null : ProviderId.Parse(provider));
        Assert.Equal(text, id.ToString());
        Assert.Equal(id, PaymentId.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("HL-001-2025-26-Q1-core")]
    [InlineData("HL-001-2025-26-Q1-core-r1")]
    [InlineData("HL-001-2025-26-Q1-core-r0001")]
    [InlineData("HL-001-2025-26-Q1-core-r000")]
    [InlineData("HL-001-2025-26-Q1-core-r2147483648")]
    [InlineData("HL-001-2025-26-Q1-core-R001")]
    [InlineData("HL-001-2025-26-Q1-Core-r001")]
    [InlineData("HL-001-2025-26-Q1-a-b-r001")]
    [InlineData("HL-001-2025-27-Q1-core-r001")]
    [InlineData("HL-001-2025-26-Q5-core-r001")]
    [InlineData("2025-26-Q1-core-r001")]
    [InlineData("-2025-26-Q1-core-r001")]
    [InlineData("HL 1-2025-26-Q1-core-r001")]
    [InlineData("HL-001-2025-26-Q1-core-r001\n")]
    [InlineData("HL-001-2025-26-Q1-core-r001-")]
    [InlineData("HL-001-2025-26-Q1-core-r001--acme")]
    [InlineData("HL-001-2025-26-Q1-core-r001-Acme")]
    [InlineData("HL-001-2025-26-Q1-core-r001-a234567890123456789012345678901x")]
    [InlineData("'HL-001-2025-26-Q1-core-r001")]
    public void Anything_else_is_no_payment(string? text)
    {
        Assert.False(PaymentId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => PaymentId.Parse(text!));
    }

    [Fact]
    public void A_line_without_a_code_and_a_run_of_zero_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PaymentId(ContractId.Parse("a"), Sample.Q1, "a-b", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PaymentId(ContractId.Parse("a"), Sample.Q1, "core", 0));
    }
}
