using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Core;
using Pipeline.Core.Submissions;

namespace Pipeline.Web.Shared;

/// <summary>
/// By what people name a receipt: <c>HL-001-2025-26-Q1-outcomes-v2</c>, <c>2025-26-Q1-decisions-v1</c>, <c>contracts-v3</c>.
/// </summary>
internal static partial class ReceiptNumber
{
    /// <param name="place">A slot's folder and name, as receipts have it.</param>
    /// <param name="version">In the slot.</param>
    public static string Of(string place, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Join('-', place.Split('/') switch
    {
        ["submissions", _, .. var rest] => rest,
        [.. _, var quarter, var name] when Quarter.TryParse(quarter, out var _) => [quarter, name],
        [.. _, var name] => [name],
        [] => [],
    })}-v{version}");

    /// <summary>The slots that a number can be of, and the version; empty when it is none.</summary>
    /// <param name="text">What somebody wrote.</param>
    /// <param name="holders">The providers that ever had a contract.</param>
    public static (IReadOnlyList<Slot> Slots, int Version) Find(string text, Func<ContractId, IEnumerable<ProviderId>> holders)
    {
        if (Form().Match(text) is not { Success: true } match)
            return ([], 0);
        string quarter = match.Groups["quarter"].Value, name = match.Groups["name"].Value;
        IEnumerable<Slot?> slots = match.Groups["contract"].Success
            ? ContractId.TryParse(match.Groups["contract"].Value, out var contract)
            ? holders(contract).Distinct().Select(provider => Slot.At($"submissions/{provider}/{contract}/{quarter}/{name}.csv")) : []
            : quarter.Length > 0 ? [Slot.At($"reviews/{quarter}/{name}.csv"),
                name == Dataset.Confirmations.Name ? Slot.At($"confirmations/{quarter}/{name}.csv") : null]
            : [Slot.At($"reference/{name}.csv"), name.StartsWith("framework-", StringComparison.Ordinal)
                ? Slot.At($"reference/frameworks/{name["framework-".Length..]}.json") : null];
        return ([.. slots.OfType<Slot>().Where(slot => slot.Name == name)],
            int.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"\A(?:(?<contract>[A-Za-z0-9][A-Za-z0-9-]*)-)?(?:(?<quarter>[0-9]{4}-[0-9]{2}-Q[1-4])-)(?<name>[a-z0-9-]+)-v(?<version>[0-9]{1,6})\z|\A(?<name>[a-z0-9-]+)-v(?<version>[0-9]{1,6})\z")]
    private static partial Regex Form();
}
