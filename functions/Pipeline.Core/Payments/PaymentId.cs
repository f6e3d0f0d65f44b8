using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Payments;

/// <summary>
/// Identifies a payment, to finance too: <c>HL-001-2025-26-Q1-core-r001</c>, or <c>HL-001-2025-26-Q1-core-r001-acme</c> where the run holds
/// the same line of the contract for another provider too.
/// </summary>
public sealed partial record PaymentId
{
    /// <param name="contract">Who is paid.</param>
    /// <param name="quarter">For when.</param>
    /// <param name="line"><c>core</c> or the code of an element: it has no hyphen, so that the id can be read from its end.</param>
    /// <param name="run">1 or more.</param>
    /// <param name="provider">Null where the run holds the line of the contract for one provider alone.</param>
    public PaymentId(ContractId contract, Quarter quarter, string line, int run, ProviderId? provider = null)
    {
        if (!Codes.IsCode(line))
            throw new ArgumentException("A line's code is small letters, digits and _.", nameof(line));
        ArgumentOutOfRangeException.ThrowIfLessThan(run, 1);
        Contract = contract;
        Quarter = quarter;
        Line = line;
        Run = run;
        Provider = provider;
    }

    public ContractId Contract { get; }

    public Quarter Quarter { get; }

    public string Line { get; }

    public int Run { get; }

    public ProviderId? Provider { get; }

    /// <summary>Reads what <see cref="ToString"/> writes, exactly so.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PaymentId? id)
    {
        id = null;
        if (Pattern().Match(text ?? "") is { Success: true } match
            && ContractId.TryParse(match.Groups["contract"].Value, out var contract)
            && Quarter.TryParse(match.Groups["quarter"].Value, out var quarter)
            && Codes.IsCode(match.Groups["line"].Value)
            && int.TryParse(match.Groups["run"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int run)
            && run >= 1
            && ReadProvider(match.Groups["provider"], out var provider))
        {
            var read = new PaymentId(contract, quarter, match.Groups["line"].Value, run, provider);
            // Refuses a run with more zeros than it is written with, so that a payment has one id.
            id = read.ToString() == text ? read : null;
        }
        return id is not null;
    }

    /// <exception cref="FormatException">Not a payment's id.</exception>
    public static PaymentId Parse(string text) =>
        TryParse(text, out var id)
            ? id
                : throw new FormatException(
                    "A payment's id is {contract}-{quarter}-{line}-r{run}, as in HL-001-2025-26-Q1-core-r001, with -{provider} behind it "
                    + "where it has one.");

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Contract}-{Quarter}-{Line}-r{Run:000}{(Provider is { } provider ? $"-{provider}" : "")}");

    private static bool ReadProvider(Group named, out ProviderId? provider)
    {
        bool right = ProviderId.TryParse(named.Value, out var id);
        provider = right ? id : null;
        return right || !named.Success;
    }

    // A contract has hyphens and may itself look like the rest, so everything else is tied to the end. A provider has no capital letter,
    // so that no part of it looks like a quarter.
    [GeneratedRegex(@"\A(?<contract>.+)-(?<quarter>[^-]+-[^-]+-Q[1-4])-(?<line>[^-]+)-r(?<run>[0-9]{3,10})(?:-(?<provider>[a-z0-9-]+))?\z")]
    private static partial Regex Pattern();
}
