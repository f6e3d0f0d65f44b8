using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>The codes that a column takes, for those who fill it in: the same that the readers take.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Under">For which outcome or payment element of the same row; null: for any.</param>
/// <param name="Codes">In the framework's order. A title is empty where a code says it all.</param>
public sealed record ColumnCodes(string Column, string? Under, IReadOnlyList<Coded> Codes)
{
    /// <summary>In the order of the columns. A column without codes is left out.</summary>
    /// <param name="dataset">Which kind of file.</param>
    /// <param name="framework">Of the contract, or for one that several contracts share, of one of them.</param>
    public static IReadOnlyList<ColumnCodes> Of(Dataset dataset, Framework framework)
    {
        var quality = framework.Quality;
        IReadOnlyList<Coded> elements = [.. framework.Payment.Elements.Select(e => new Coded(e.Code, e.Title))];
        IReadOnlyList<Coded> accommodation = [.. framework.Accommodation.Select(a => new Coded(a.Code, a.Title))];
        IReadOnlyList<ColumnCodes> codes = dataset.Name switch
        {
            "outcomes" =>
            [
                Any("client_group", framework.ClientGroups),
                Any("outcome", [.. framework.Outcomes.Select(o => new Coded(o.Code, o.Title))]),
                .. framework.Outcomes.Select(o => new ColumnCodes("indicator", o.Code, o.Indicators)),
                Any("result", [.. framework.Levels.Select(l => new Coded(l.Code, l.Title)).Prepend(new Coded(OutcomesReader.OpenResult, ""))]),
                Any("reason", framework.Reasons),
                Any("accommodation_before", accommodation),
                Any("accommodation_after", accommodation),
            ],
            "referrals" =>
            [
                Any("route", framework.ReferralRoutes),
                Any("joint", YesOrNo),
                Any("status", ReferralsReader.Statuses),
                Any("reason", framework.ReferralReasons),
            ],
            "evidence" =>
            [
                Any("element", elements),
                .. framework.Payment.Elements.Select(e => new ColumnCodes("kind", e.Code, e.Kinds)),
            ],
            "social-value" => [Any("category", SocialValueReader.Categories)],
            "quality" =>
            [
                Any("standard", quality is null ? [] : [new Coded(quality.Code, quality.Standard)]),
                Any("area", quality?.Areas ?? []),
                Any("result", QualityReader.PassOrFail),
            ],
            "incidents" => [Any("kind", IncidentsReader.Kinds), Any("status", IncidentsReader.Statuses)],
            "decisions" => [Any("element", elements), Any("decision", DecisionsReader.Results)],
            "checks" => [Any("check", ChecksReader.Checks), Any("result", QualityReader.PassOrFail)],
            "confirmations" => [Any("status", ConfirmationsReader.Statuses)],
            "contracts" => [Any("client_groups", framework.ClientGroups)],
            _ => [],
        };
        return [.. codes.Where(c => c.Codes.Count > 0)];
    }

    /// <summary>Whether the codes differ from framework to framework.</summary>
    public static bool DependOnFramework(Dataset dataset) => dataset.Name is "outcomes" or "referrals" or "evidence" or "quality" or "decisions" or "contracts";

    private static readonly IReadOnlyList<Coded> YesOrNo = [new("Y", "yes"), new("N", "no")];

    private static ColumnCodes Any(string column, IReadOnlyList<Coded> codes) => new(column, null, codes);

    private static ColumnCodes Any(string column, CodeTable table) => new(column, null, [.. table.Codes.Select(code => new Coded(code, ""))]);
}
