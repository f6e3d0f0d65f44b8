using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;

namespace Pipeline.Steps.Pages;

/// <summary>Which contracts of a framework are shown on one page of a quarter. The register alone decides it.</summary>
/// <param name="Quarter">In which they are active.</param>
/// <param name="Framework">Of all of them.</param>
/// <param name="Contracts">At least one, in the order of their ids.</param>
/// <param name="Number">Of the page, from 1.</param>
/// <param name="Count">How many pages the framework has.</param>
public sealed record PageOfContracts(Quarter Quarter, Framework Framework, IReadOnlyList<Contract> Contracts, int Number, int Count)
{
    private const int OnOnePage = 25;

    /// <summary>Without an ending; no other page of the quarter has it.</summary>
    public string Name => $"{Framework.Id}-{Number}";

    internal string Title => Contracts.Count == 1 ? $"Contract {Contracts[0].Id}" : $"Contracts {Contracts[0].Id} to {Contracts[^1].Id}";

    /// <summary>Those that some contract serves a client group of.</summary>
    internal IReadOnlyList<Outcome> Outcomes => OutcomesOf(Framework, Contracts);

    internal static IReadOnlyList<Outcome> OutcomesOf(Framework framework, IReadOnlyList<Contract> contracts) =>
        [.. framework.Outcomes.Where(o => contracts.Any(c => c.ClientGroups.Any(o.IsFor)))];

    /// <summary>Every page of a quarter, by framework.</summary>
    public static IReadOnlyList<PageOfContracts> Of(Register register, Quarter quarter) =>
    [
        .. register.Active(quarter)
            .GroupBy(contract => contract.Framework)
            .OrderBy(ofFramework => ofFramework.Key, StringComparer.Ordinal)
            .SelectMany(ofFramework => Of(register.Frameworks[ofFramework.Key], [.. ofFramework], quarter)),
    ];

    /// <summary>The pages of a framework's contracts.</summary>
    public static IEnumerable<PageOfContracts> Of(Framework framework, IReadOnlyList<Contract> contracts, Quarter quarter)
    {
        var pages = contracts.Chunk(OnOnePage).ToList();
        return pages.Select((some, i) => new PageOfContracts(quarter, framework, some, i + 1, pages.Count));
    }
}
