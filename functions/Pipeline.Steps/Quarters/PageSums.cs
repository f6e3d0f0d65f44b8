using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Pages;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Quarters;

/// <summary>What the rows of the contracts on one page add up to.</summary>
/// <param name="Form">Which figures there are; another version of the code may know others.</param>
/// <param name="Register">The version of the register of contracts that said which contracts these are.</param>
/// <param name="Framework">The version of their framework.</param>
/// <param name="Contracts">Whose rows.</param>
/// <param name="Sums">What they add up to; null where they are not worked out.</param>
internal sealed record PageSums(int Form, int Register, int Framework, IReadOnlyList<ContractId> Contracts, KeptSums? Sums)
{
    /// <summary>What sums of a page would be made of now, without any.</summary>
    public static PageSums BasisOf(CurrentReference current, PageOfContracts page) =>
        new(KeptSums.Form, current.Contracts!.Version, current.VersionOf(page.Framework).Version, [.. page.Contracts.Select(c => c.Id)],
            Sums: null);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PageSumsJson.Known.PageSums);

    public bool IsMadeOf(PageSums basis) =>
        (Form, Register, Framework) == (basis.Form, basis.Register, basis.Framework) && Contracts.SequenceEqual(basis.Contracts);
}

/// <summary>Known when the program is compiled, so that no start has to find it out.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(PageSums))]
internal sealed partial class PageSumsJson : JsonSerializerContext
{
    public static PageSumsJson Known { get; } = new(new JsonSerializerOptions(CoreJson.Options));
}
