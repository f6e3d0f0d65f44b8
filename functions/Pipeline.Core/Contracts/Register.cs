using System.Collections.Frozen;
using Pipeline.Core.Frameworks;

namespace Pipeline.Core.Contracts;

/// <summary>
/// The reference files together: the contracts, their frameworks and the calendar. Made only from files that were checked.
/// </summary>
public sealed class Register
{
    private readonly FrozenDictionary<ContractId, IReadOnlyList<Term>> _terms;
    private readonly ILookup<ProviderId, Term> _termsOfProviders;
    private readonly FrozenDictionary<(Quarter, ContractId), CalendarEntry> _calendar;

    public Register(IEnumerable<Framework> frameworks, ContractList contracts, CalendarList calendar)
    {
        Frameworks = frameworks.ToFrozenDictionary(f => f.Id);
        Terms = contracts.Terms;
        _terms = Terms.GroupBy(term => term.Contract).ToFrozenDictionary(terms => terms.Key, terms => (IReadOnlyList<Term>)[.. terms]);
        _termsOfProviders = Terms.ToLookup(term => term.Provider);
        ProviderNames = Terms.DistinctBy(term => term.Provider).ToFrozenDictionary(term => term.Provider, term => term.ProviderName);
        _calendar = calendar.Entries.ToFrozenDictionary(e => (e.Quarter, e.Contract ?? default));
    }

    public IReadOnlyDictionary<string, Framework> Frameworks { get; }

    /// <summary>In the ordinal order of their contracts' ids, then of their days.</summary>
    public IReadOnlyList<Term> Terms { get; }

    /// <summary>As people read them; of every provider that has a contract.</summary>
    public IReadOnlyDictionary<ProviderId, string> ProviderNames { get; }

    /// <summary>Those that the calendar names.</summary>
    public IEnumerable<Quarter> Quarters => _calendar.Keys.Select(key => key.Item1).Distinct();

    /// <summary>The contracts that are active in a quarter, in the ordinal order of their ids.</summary>
    public IReadOnlyList<Contract> Active(Quarter quarter) => Active(quarter, Terms);

    /// <summary>Those of them that a provider has, without looking at all others: within a quarter a contract has one provider.</summary>
    public IReadOnlyList<Contract> Active(Quarter quarter, ProviderId provider) => Active(quarter, _termsOfProviders[provider]);

    /// <summary>A contract as it stands in a quarter, active or not; null when the register does not hold it.</summary>
    public Contract? Find(ContractId contract, Quarter quarter) =>
        _terms.TryGetValue(contract, out var terms) ? new Contract(quarter, terms) : null;

    public bool Holds(ContractId contract) => _terms.ContainsKey(contract);

    public Framework FrameworkOf(Contract contract) => Frameworks[contract.Framework];

    /// <summary>The contract's own calendar entry, or else everyone's; null when there is neither.</summary>
    public CalendarEntry? Due(Quarter quarter, ContractId contract) =>
        _calendar.GetValueOrDefault((quarter, contract)) ?? _calendar.GetValueOrDefault((quarter, default));

    private static IReadOnlyList<Contract> Active(Quarter quarter, IEnumerable<Term> terms) =>
    [
        .. from ofContract in terms.Where(term => term.DaysIn(quarter) > 0).GroupBy(term => term.Contract)
           select new Contract(quarter, [.. ofContract]),
    ];
}
