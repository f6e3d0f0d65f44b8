using System.Globalization;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Payments;

/// <summary>A file that amounts were worked out from.</summary>
/// <param name="What">Which file, in words that start a sentence's subject: <c>the decisions of 2025-26-Q1</c>. With the version of decisions, unique in a <see cref="Inputs"/>.</param>
/// <param name="Version">Of its slot; null for a file whose versions are not numbered.</param>
/// <param name="Sha256">Of its bytes; of a workbook, of its sheet's rows as CSV text.</param>
public sealed record InputFile(string What, int? Version, Sha256 Sha256)
{
    /// <summary>Of the bytes of the workbook that it came in, which is what the archive keeps; null: it was no workbook.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256? Workbook { get; init; }

    internal const string FrameworkPrefix = "the framework ";
    private const string DecisionsPrefix = "the decisions of ";

    /// <summary>What no other file of the same inputs is: decisions add up, so of them each version is a file of its own.</summary>
    internal string Key => What.StartsWith(DecisionsPrefix, StringComparison.Ordinal) ? Name : What;

    /// <summary>With its version, to stand in a sentence: <c>the decisions of 2025-26-Q1, version 2</c>.</summary>
    public string Name => Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{What}, version {version}") : What;

    public static InputFile Register(int? version, Sha256 sha256) => new("the register of contracts", version, sha256);

    public static InputFile Framework(string id, int? version, Sha256 sha256) => new(FrameworkPrefix + id, version, sha256);

    public static InputFile Decisions(Quarter quarter, int? version, Sha256 sha256) => new($"{DecisionsPrefix}{quarter}", version, sha256);

    public static InputFile Evidence(ContractId contract, Quarter quarter, int? version, Sha256 sha256) =>
        new($"the evidence of {contract} for {quarter}", version, sha256);
}

/// <summary>Everything that a payment run was prepared from, in one fixed order.</summary>
public sealed class Inputs
{
    /// <exception cref="ArgumentException">A file is named twice.</exception>
    public Inputs(IEnumerable<InputFile> entries)
    {
        Entries = [.. entries.OrderBy(entry => entry.What, StringComparer.Ordinal).ThenBy(entry => entry.Version)];
        if (Entries.DistinctBy(entry => entry.Key).Count() != Entries.Count)
            throw new ArgumentException("A run names each file that it was prepared from once.", nameof(entries));
    }

    /// <summary>Ordered by what they are, ordinal, then by version.</summary>
    public IReadOnlyList<InputFile> Entries { get; }

    public IEnumerable<InputFile> Frameworks => Entries.Where(entry => entry.What.StartsWith(InputFile.FrameworkPrefix, StringComparison.Ordinal));

    public InputFile? Register => Find(InputFile.Register(null, default));

    /// <summary>Every accepted file of decisions, oldest first. Runs that were written when the latest file was the whole list name that one.</summary>
    public IEnumerable<InputFile> Decisions(Quarter quarter) => Entries.Where(entry => entry.What == InputFile.Decisions(quarter, null, default).What);

    public InputFile? Evidence(ContractId contract, Quarter quarter) => Find(InputFile.Evidence(contract, quarter, null, default));

    /// <summary>
    /// What is different from earlier inputs, in words, each fit to stand in a list: <c>the decisions of 2025-26-Q1 changed from version 2 to version 3</c>.
    /// Empty when nothing is.
    /// </summary>
    public IReadOnlyList<string> ChangesSince(Inputs earlier)
    {
        var before = earlier.Entries.ToDictionary(entry => entry.Key);
        var now = Entries.ToDictionary(entry => entry.Key);
        return [.. now.Keys.Union(before.Keys).Order(StringComparer.Ordinal)
            .Select(key => Change((now.GetValueOrDefault(key) ?? before[key]).What, before.GetValueOrDefault(key), now.GetValueOrDefault(key)))
            .OfType<string>()];
    }

    private InputFile? Find(InputFile like) => Entries.FirstOrDefault(entry => entry.What == like.What);

    private static string? Change(string what, InputFile? before, InputFile? now)
    {
        FormattableString? change = (before, now) switch
        {
            (null, { Version: { } version }) => $"{what} came in, as version {version}",
            (null, _) => (FormattableString)$"{what} came in",
            (_, null) => $"{what} fell away",
            ({ Version: { } old }, { Version: { } version }) when old != version => $"{what} changed from version {old} to version {version}",
            _ when before != now => $"{what} changed",
            _ => null,
        };
        return change?.ToString(CultureInfo.InvariantCulture);
    }
}
