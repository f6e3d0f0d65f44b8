using System.Text.Json.Serialization;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Contracts;

/// <summary>
/// A row of <c>reference/contracts.csv</c>: a contract with one provider, value and framework from a day to a day (domain.md section 1).
/// </summary>
/// <param name="Contract">Whose. A contract has one term or several, of which no two share a day, nor a quarter unless provider and
/// framework are the same.</param>
/// <param name="Provider">Who is paid.</param>
/// <param name="ProviderName">As people read it.</param>
/// <param name="ServiceName">As people read it.</param>
/// <param name="ClientGroups">Codes of the framework's client groups that the contract serves; at least one, in the framework's
/// order.</param>
/// <param name="Framework">The id of its framework.</param>
/// <param name="AnnualValue">V of domain.md section 6; zero or more.</param>
/// <param name="StartsOn">The first day.</param>
/// <param name="EndsOn">The last day, on or after the first.</param>
/// <param name="SupplierRef">How finance knows the provider.</param>
public sealed record Term(
    [property: JsonPropertyName("id")] ContractId Contract,
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
    /// <summary>Days of the quarter on which the term is in force, 0 to <see cref="Quarter.Days"/>.</summary>
    public int DaysIn(Quarter quarter) => DaysIn(quarter.FirstDay, quarter.LastDay);

    /// <summary>Days from one to another, both included, on which the term is in force.</summary>
    public int DaysIn(DateOnly first, DateOnly last) =>
        Math.Max(0, Math.Min(EndsOn.DayNumber, last.DayNumber) - Math.Max(StartsOn.DayNumber, first.DayNumber) + 1);
}

/// <summary>
/// A contract as it stands in a quarter: by its terms that are in force on any day of it. They have one provider and one framework, since
/// these change only where a quarter begins; of what else differs, what the last of them says holds.
/// </summary>
public sealed class Contract
{
    /// <param name="quarter">Which.</param>
    /// <param name="terms">Of one contract, in the order of their days; at least one.</param>
    public Contract(Quarter quarter, IReadOnlyList<Term> terms)
    {
        Quarter = quarter;
        var inForce = terms.Where(term => term.DaysIn(quarter) > 0).ToList();
        IsActive = inForce.Count > 0;
        // In a quarter in which none is in force it is known by the last one before, or else by the first there is.
        Terms = IsActive ? inForce : [terms.LastOrDefault(term => term.EndsOn < quarter.FirstDay) ?? terms[0]];
        ClientGroups = [.. Terms.SelectMany(term => term.ClientGroups).Distinct()];
        if (Terms.Any(term => (term.Contract, term.Provider, term.Framework) != (Id, Provider, Framework)))
            throw new ArgumentException("Within a quarter a contract has one provider and one framework.", nameof(terms));
    }

    public Quarter Quarter { get; }

    /// <summary>Those in force in the quarter, in the order of their days.</summary>
    public IReadOnlyList<Term> Terms { get; }

    /// <summary>Whether any term is in force in the quarter.</summary>
    public bool IsActive { get; }

    public ContractId Id => Last.Contract;

    public ProviderId Provider => Last.Provider;

    public string ProviderName => Last.ProviderName;

    public string ServiceName => Last.ServiceName;

    /// <summary>Those of any of the terms.</summary>
    public IReadOnlyList<string> ClientGroups { get; }

    public string Framework => Last.Framework;

    public string SupplierRef => Last.SupplierRef;

    private Term Last => Terms[^1];
}

/// <summary>The register of contracts.</summary>
/// <param name="Terms">By contract, then in the order of their days.</param>
public sealed record ContractList([property: JsonPropertyName("contracts")] IReadOnlyList<Term> Terms) : FileCounts;
