using System.Text.RegularExpressions;
using Pipeline.Core;

namespace Pipeline.Local;

/// <summary>Shows where a file was without repeating what its sender wrote: a file or folder can be named after a client. Only words that the pipeline knows are shown.</summary>
internal sealed partial class KnownWords
{
    private const string Unknown = "…";

    private readonly HashSet<string> _words =
        ["reference", "frameworks", "submissions", "reviews", "confirmations", "receipts", "archive", "quarantine", "payments", "reports", "statements"];

    public KnownWords(Register? register)
    {
        foreach (var contract in register?.Contracts ?? [])
        {
            _words.Add(contract.Id.ToString());
            _words.Add(contract.Provider.ToString());
        }
    }

    /// <summary><c>submissions/acme/HL-001/2025-26-Q1/…</c></summary>
    public string Of(string path) => string.Join('/', path.Split('/').Select(segment =>
        _words.Contains(segment) || Quarter.TryParse(segment, out _) || IsPlainName(segment) ? segment : Unknown));

    private static bool IsPlainName(string name) => PlainName().Match(name) is { Success: true } match && Dataset.Find(match.Groups[1].Value) is not null;

    [GeneratedRegex(@"\A([a-z-]+?)(-[0-9]{1,3})?\.csv\z")]
    private static partial Regex PlainName();
}
