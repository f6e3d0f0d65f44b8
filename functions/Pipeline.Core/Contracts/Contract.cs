using Pipeline.Core.Reading;

namespace Pipeline.Core.Contracts;

/// <summary>A row of <c>reference/contracts.csv</c>.</summary>
/// <param name="Id">Unique in the register.</param>
/// <param name="Provider">Who is paid.</param>
/// <param name="ProviderName">As people read it.</param>
/// <param name="ServiceName">As people read it.</param>
/// <param name="ClientGroups">Codes of the framework's client groups that the contract serves; at least one, in the framework's order.</param>
/// <param name="Framework">The id of its framework.</param>
/// <param name="AnnualValue">V of domain.md section 6; zero or more.</param>
/// <param name="StartsOn">The first active day.</param>
/// <param name="EndsOn">The last active day, on or after the first.</param>
/// <param name="SupplierRef">How finance knows the provider.</param>
public sealed record Contract(
    ContractId Id,
    ProviderId Provider,
    string ProviderName,
    string ServiceName,
    IReadOnlyList<string> ClientGroups,
    string Framework,
    Money AnnualValue,
    DateOnly StartsOn,
    DateOnly EndsOn,
    string SupplierRef)
{
    /// <summary>Days of the quarter on which the contract is active, 0 to <see cref="Quarter.Days"/>.</summary>
    public int ActiveDays(Quarter quarter)
    {
        int first = Math.Max(StartsOn.DayNumber, quarter.FirstDay.DayNumber);
        int last = Math.Min(EndsOn.DayNumber, quarter.LastDay.DayNumber);
        return Math.Max(0, last - first + 1);
    }

    public bool IsActive(Quarter quarter) => ActiveDays(quarter) > 0;
}

/// <summary>The register of contracts.</summary>
public sealed record ContractList(IReadOnlyList<Contract> Contracts) : FileCounts;
