using Pipeline.Core.Contracts;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Contracts;

public sealed class TermTests
{
    private const string Row = "HL-001,acme,Acme,Support,homeless,graded,1000,2025-04-01,2025-09-30,S-1\n";
    private const string Next = "HL-001,acme,Acme,Support,young_people,graded,2000,2025-10-01,2026-03-31,S-2\n";

    [Fact]
    public void A_contract_is_in_each_quarter_what_its_terms_say()
    {
        var register = Register(Next.Replace("acme,Acme", "beta,Beta", StringComparison.Ordinal) + Row);
        Assert.Equal(
            ["2025-26-Q1 acme S-1 True", "2025-26-Q2 acme S-1 True", "2025-26-Q3 beta S-2 True", "2025-26-Q4 beta S-2 True",
                "2026-27-Q1 beta S-2 False", "2024-25-Q4 acme S-1 False"],
            new[] { "2025-26-Q1", "2025-26-Q2", "2025-26-Q3", "2025-26-Q4", "2026-27-Q1", "2024-25-Q4" }
                .Select(quarter => register.Find(ContractId.Parse("HL-001"), Quarter.Parse(quarter))!)
                .Select(contract => $"{contract.Quarter} {contract.Provider} {contract.SupplierRef} {contract.IsActive}"));
        Assert.Equal([1, 1, 0],
            new[] { "2025-26-Q2", "2025-26-Q3", "2026-27-Q1" }.Select(quarter => register.Active(Quarter.Parse(quarter)).Count));
    }

    [Theory]
    [InlineData("2025-26-Q2", "acme", "HL-001 HL-002")]
    [InlineData("2025-26-Q2", "beta", "")]
    [InlineData("2025-26-Q3", "acme", "HL-002")]
    [InlineData("2025-26-Q3", "beta", "HL-001")]
    [InlineData("2025-26-Q3", "gamma", "")]
    public void A_provider_has_in_a_quarter_the_contracts_whose_terms_in_force_name_it(string quarter, string provider, string contracts)
    {
        var register = Register(Row + Next.Replace("acme,Acme", "beta,Beta", StringComparison.Ordinal)
            + "HL-002,acme,Acme,Support,homeless,graded,1000,2025-04-01,2026-03-31,S-1\n");
        Assert.Equal(contracts,
            string.Join(' ', register.Active(Quarter.Parse(quarter), ProviderId.Parse(provider)).Select(contract => contract.Id)));
    }

    [Fact]
    public void Between_two_terms_it_is_known_by_the_one_before()
    {
        var contract = Register(Row.Replace("2025-09-30", "2025-06-30", StringComparison.Ordinal) + Next)
            .Find(ContractId.Parse("HL-001"), Quarter.Parse("2025-26-Q2"))!;
        Assert.Equal((false, "S-1"), (contract.IsActive, contract.SupplierRef));
    }

    [Fact]
    public void In_a_quarter_with_two_terms_it_serves_the_clients_of_both_and_the_last_says_the_rest()
    {
        var contract = Assert.Single(Register(
            Row.Replace("2025-09-30", "2025-05-16", StringComparison.Ordinal)
                + Next.Replace("2025-10-01", "2025-05-17", StringComparison.Ordinal)).Active(Quarter.Parse("2025-26-Q1")));
        Assert.Equal(["homeless", "young_people"], contract.ClientGroups);
        Assert.Equal(("S-2", 2), (contract.SupplierRef, contract.Terms.Count));
    }

    [Fact]
    public void What_goes_against_another_row_names_its_line()
    {
        const string other = "HL-002,beta,Beta,Support,homeless,graded,1000,2025-04-01,2025-09-30,S-1\n";

        Assert.Equal(
            ["starts_on: days that the term on line 3 does not have", "provider_name: the name on line 3"],
            Said(other + Row + Next.Replace("2025-10-01", "2025-09-30", StringComparison.Ordinal)
                + Row.Replace("HL-001,acme,Acme", "HL-003,acme,Acme Ltd", StringComparison.Ordinal)));
        Assert.Equal(
            ["framework: that of the term on line 2, or a first day on which a quarter begins"],
            Said(Row.Replace("2025-09-30", "2025-08-01", StringComparison.Ordinal)
                + Next.Replace("2025-10-01", "2025-08-02", StringComparison.Ordinal)
                    .Replace("young_people,graded", "homeless,two-levels", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Said(string rows) =>
        Examples.CheckRows(Dataset.Contracts, rows).Findings.List.Select(finding => $"{finding.Column}: {finding.Expected}");

    [Theory]
    [InlineData("2025-09-30", "3 starts_on H3")]
    [InlineData("2025-10-01", null)]
    public void Terms_share_no_day(string starts, string? at) => Assert.Equal(
        at is null ? [] : [$"CON-007 {at}"],
        Examples.CheckRows(Dataset.Contracts, Row + Next.Replace("2025-10-01", starts, StringComparison.Ordinal)).Found());

    [Theory]
    [InlineData("2025-09-29", "2025-09-30", "CON-008 3 provider B3", "CON-008 3 framework F3")]
    [InlineData("2025-09-30", "2025-10-01")]
    [InlineData("2025-06-30", "2025-07-02")]
    [InlineData("2025-06-30", "2025-09-30")]
    [InlineData("2025-08-01", "2025-08-03", "CON-008 3 provider B3", "CON-008 3 framework F3")]
    public void Within_a_quarter_neither_provider_nor_framework_changes(string ends, string starts, params string[] found)
    {
        string first = Row.Replace("2025-09-30", ends, StringComparison.Ordinal);
        string second = Next.Replace("2025-10-01", starts, StringComparison.Ordinal)
            .Replace("acme,Acme", "beta,Beta", StringComparison.Ordinal)
            .Replace("young_people,graded", "homeless,two-levels", StringComparison.Ordinal);
        Assert.Equal(found, Examples.CheckRows(Dataset.Contracts, first + second).Found());
        // Whichever of the two comes first in the file.
        Assert.Equal(found, Examples.CheckRows(Dataset.Contracts, second + first).Found());
    }

    [Fact]
    public void A_value_may_change_on_any_day() => Assert.Empty(Examples.CheckRows(
        Dataset.Contracts, Row.Replace("2025-09-30", "2025-08-13", StringComparison.Ordinal)
            + Next.Replace("2025-10-01", "2025-08-14", StringComparison.Ordinal)).Found());

    private static Register Register(string rows) =>
        new([Examples.Graded], Examples.CheckRows(Dataset.Contracts, rows).Counts<ContractList>(), new CalendarList([]));
}
