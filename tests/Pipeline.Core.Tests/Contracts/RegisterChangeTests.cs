using Pipeline.Core.Contracts;

namespace Pipeline.Core.Tests.Contracts;

public sealed class RegisterChangeTests
{
    private static readonly Term Before = Payments.Sample.Term();

    private static RegisterChange? Between(Term[] before, Term[] after) =>
        RegisterChange.Between(new ContractList(before), new ContractList(after)).SingleOrDefault();

    [Fact]
    public void A_contract_is_added_ended_or_altered_with_its_values()
    {
        Assert.Equal(new RegisterChange(Before.Contract, RegisterChangeKind.Added, null, Before.AnnualValue), Between([], [Before]));
        Assert.Equal(new RegisterChange(Before.Contract, RegisterChangeKind.Ended, Before.AnnualValue, null), Between([Before], []));
        Assert.Equal(
            new RegisterChange(Before.Contract, RegisterChangeKind.Ended, Before.AnnualValue, Before.AnnualValue),
            Between([Before], [Before with { EndsOn = Before.EndsOn.AddDays(-1) }]));
        Assert.Equal(
            new RegisterChange(Before.Contract, RegisterChangeKind.Altered, Before.AnnualValue, new Money(1)),
            Between([Before], [Before with { AnnualValue = new Money(1) }]));
        Assert.Null(Between([Before], [Before]));
    }

    [Fact]
    public void Where_money_goes_is_told_when_it_goes_elsewhere()
    {
        Assert.Equal("altered, paid to SUP-2 instead of SUP-1", Between([Before], [Before with { SupplierRef = "SUP-2" }])!.ToString());
        var next = Before with { SupplierRef = "SUP-2", StartsOn = Before.EndsOn.AddDays(1), EndsOn = Before.EndsOn.AddDays(365) };
        Assert.Equal("altered, paid to SUP-1, SUP-2 instead of SUP-1", Between([Before], [Before, next])!.ToString());
        Assert.Equal("altered", Between([Before], [Before with { ServiceName = "Another" }])!.ToString());
        Assert.Equal("added", Between([], [Before])!.ToString());
    }
}
