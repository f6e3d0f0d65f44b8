using System.Collections.Frozen;
using Pipeline.Core.Frameworks;

namespace Pipeline.Core.Contracts;

/// <summary>The reference files together: the contracts, their frameworks and the calendar. Made only from files that were checked.</summary>
public sealed class Register
{
    private readonly FrozenDictionary<ContractId, Contract> _contracts;
    private readonly FrozenDictionary<(Quarter, ContractId), CalendarEntry> _calendar;

    public Register(IEnumerable<Framework> frameworks, ContractList contracts, CalendarList calendar)
    {
        Frameworks = frameworks.ToFrozenDictionary(f => f.Id);
        Contracts = contracts.Contracts;
        _contracts = Contracts.ToFrozenDictionary(c => c.Id);
        ProviderNames = Contracts.DistinctBy(c => c.Provider).ToFrozenDictionary(c => c.Provider, c => c.ProviderName);
        _calendar = calendar.Entries.ToFrozenDictionary(e => (e.Quarter, e.Contract ?? default));
    }

    public IReadOnlyDictionary<string, Framework> Frameworks { get; }

    /// <summary>In the ordinal order of their ids.</summary>
    public IReadOnlyList<Contract> Contracts { get; }

    /// <summary>As people read them; of every provider that has a contract.</summary>
    public IReadOnlyDictionary<ProviderId, string> ProviderNames { get; }

    /// <summary>Those that the calendar names.</summary>
    public IEnumerable<Quarter> Quarters => _calendar.Keys.Select(key => key.Item1).Distinct();

    public Contract? Find(ContractId contract) => _contracts.GetValueOrDefault(contract);

    public Framework FrameworkOf(Contract contract) => Frameworks[contract.Framework];

    /// <summary>The contract's own calendar entry, or else everyone's; null when there is neither.</summary>
    public CalendarEntry? Due(Quarter quarter, ContractId contract) =>
        _calendar.GetValueOrDefault((quarter, contract)) ?? _calendar.GetValueOrDefault((quarter, default));
}
