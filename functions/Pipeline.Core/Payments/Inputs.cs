using System.Globalization;
using System.Text.Json.Serialization;

namespace Pipeline.Core.Payments;

/// <summary>Which file amounts were worked out from, whatever its version.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Register), "register")]
[JsonDerivedType(typeof(Framework), "framework")]
[JsonDerivedType(typeof(Decisions), "decisions")]
[JsonDerivedType(typeof(Evidence), "evidence")]
public abstract record InputSource
{
    private const string RegisterWords = "the register of contracts", FrameworkWords = "the framework ";
    private const string DecisionsWords = "the decisions of ", EvidenceWords = "the evidence of ";

    private InputSource() { }

    /// <summary>Of contracts.</summary>
    public sealed record Register : InputSource;

    public sealed record Framework(string Id) : InputSource;

    /// <summary>They add up, so that a run is worked out from several versions of them.</summary>
    public sealed record Decisions(Quarter Quarter) : InputSource;

    public sealed record Evidence(ContractId Contract, Quarter Quarter) : InputSource;

    /// <summary>In words that start a sentence's subject: <c>the decisions of 2025-26-Q1</c>.</summary>
    public sealed override string ToString() => this switch
    {
        Register => RegisterWords,
        Framework framework => FrameworkWords + framework.Id,
        Decisions decisions => $"{DecisionsWords}{decisions.Quarter}",
        Evidence evidence => $"{EvidenceWords}{evidence.Contract} for {evidence.Quarter}",
        _ => throw new InvalidOperationException("There is no such source."),
    };

    /// <summary>The source that such words name.</summary>
    /// <exception cref="FormatException">They name none.</exception>
    internal static InputSource InWords(string words)
    {
        return words == RegisterWords ? new Register()
            : After(FrameworkWords) is { } framework ? new Framework(framework)
            : After(DecisionsWords) is { } decisions ? new Decisions(Quarter.Parse(decisions))
            : After(EvidenceWords)?.Split(" for ") is [var contract, var quarter]
                ? new Evidence(ContractId.Parse(contract), Quarter.Parse(quarter))
            : throw new FormatException("These words name no file that amounts are worked out from.");

        string? After(string beginning) => words.StartsWith(beginning, StringComparison.Ordinal) ? words[beginning.Length..] : null;
    }
}

/// <summary>A version of a file that amounts were worked out from.</summary>
/// <param name="Source">Which file.</param>
/// <param name="Version">Of its slot; null for a file whose versions are not numbered.</param>
/// <param name="Sha256">Of its bytes; of a workbook, of its sheet's rows as CSV text.</param>
public sealed record InputFile(InputSource Source, int? Version, Sha256 Sha256)
{
    /// <summary>Of the bytes of the workbook that it came in, which is what the archive keeps; null: it was no workbook.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sha256? Workbook { get; init; }

    /// <summary>Older runs have the source in words.</summary>
    [JsonInclude]
    internal string? What
    {
        init => Source = value is { } words ? InputSource.InWords(words) : Source;
    }

    /// <summary>With its version, to stand in a sentence: <c>the decisions of 2025-26-Q1, version 2</c>.</summary>
    [JsonIgnore]
    public string Name => Version is { } version
        ? string.Create(CultureInfo.InvariantCulture, $"{Source}, version {version}") : Source.ToString();

    /// <summary>What no other file of the same inputs has.</summary>
    internal (InputSource Source, int? Version) Key => (Source, Source is InputSource.Decisions ? Version : null);

    public static InputFile Register(int? version, Sha256 sha256) => new(new InputSource.Register(), version, sha256);

    public static InputFile Framework(string id, int? version, Sha256 sha256) => new(new InputSource.Framework(id), version, sha256);

    public static InputFile Decisions(Quarter quarter, int? version, Sha256 sha256) =>
        new(new InputSource.Decisions(quarter), version, sha256);

    public static InputFile Evidence(ContractId contract, Quarter quarter, int? version, Sha256 sha256) =>
        new(new InputSource.Evidence(contract, quarter), version, sha256);
}

/// <summary>Everything that a payment run was prepared from, in one fixed order.</summary>
public sealed class Inputs
{
    private readonly ILookup<InputSource, InputFile> _bySource;

    /// <exception cref="ArgumentException">A file is named twice.</exception>
    public Inputs(IEnumerable<InputFile> entries)
    {
        Entries = [.. entries.OrderBy(entry => entry.Source.ToString(), StringComparer.Ordinal).ThenBy(entry => entry.Version)];
        if (Entries.DistinctBy(entry => entry.Key).Count() != Entries.Count)
            throw new ArgumentException("A run names each file that it was prepared from once.", nameof(entries));
        Frameworks = [.. Entries.Where(entry => entry.Source is InputSource.Framework)];
        // There are as many as contracts, and each contract asks for its own.
        _bySource = Entries.ToLookup(entry => entry.Source);
    }

    /// <summary>Ordered by their names, ordinal, then by version.</summary>
    public IReadOnlyList<InputFile> Entries { get; }

    public IReadOnlyList<InputFile> Frameworks { get; }

    public InputFile? Register => Of(new InputSource.Register()).FirstOrDefault();

    public InputFile? Framework(string id) => Of(new InputSource.Framework(id)).FirstOrDefault();

    /// <summary>
    /// Every accepted file of decisions, oldest first. Runs that were written when the latest file was the whole list name that one.
    /// </summary>
    public IEnumerable<InputFile> Decisions(Quarter quarter) => Of(new InputSource.Decisions(quarter));

    public InputFile? Evidence(ContractId contract, Quarter quarter) => Of(new InputSource.Evidence(contract, quarter)).FirstOrDefault();

    /// <summary>
    /// What is different from earlier inputs, in words, each fit to stand in a list: <c>the decisions of 2025-26-Q1 changed from version 2
    /// to version 3</c>. Empty when nothing is.
    /// </summary>
    public IReadOnlyList<string> ChangesSince(Inputs earlier)
    {
        var before = earlier.Entries.ToDictionary(entry => entry.Key);
        var now = Entries.ToDictionary(entry => entry.Key);
        return [.. now.Keys.Union(before.Keys)
            .OrderBy(key => key.Source.ToString(), StringComparer.Ordinal).ThenBy(key => key.Version)
            .Select(key => Change(key.Source, before.GetValueOrDefault(key), now.GetValueOrDefault(key)))
            .OfType<string>()];
    }

    private IEnumerable<InputFile> Of(InputSource source) => _bySource[source];

    private static string? Change(InputSource source, InputFile? before, InputFile? now)
    {
        FormattableString? change = (before, now) switch
        {
            (null, { Version: { } version }) => $"{source} came in, as version {version}",
            (null, _) => (FormattableString)$"{source} came in",
            (_, null) => $"{source} fell away",
            ({ Version: { } old }, { Version: { } version }) when old != version =>
                $"{source} changed from version {old} to version {version}",
            _ when before != now => $"{source} changed",
            _ => null,
        };
        return change?.ToString(CultureInfo.InvariantCulture);
    }
}
