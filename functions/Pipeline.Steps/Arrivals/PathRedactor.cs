using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// Shows where a file was without repeating what its sender wrote: a file or folder can be named after a client. Only words that the
/// pipeline knows are shown.
/// </summary>
/// <param name="register">Knows the providers and contracts; null while there is none.</param>
public sealed class PathRedactor(Register? register)
{
    private const string Unknown = "…";

    /// <summary><c>submissions/acme/HL-001/2025-26-Q1/…</c></summary>
    public string Of(string path) => string.Join('/', path.Split('/').Select(segment => IsKnown(segment) ? segment : Unknown));

    private bool IsKnown(string segment) =>
        segment is "reference" or "frameworks" or "submissions" or "reviews" or "confirmations"
            or "receipts" or "archive" or "quarantine" or "payments" or "reports" or "statements"
        || (ContractId.TryParse(segment, out var contract) && register?.Holds(contract) is true)
        || (ProviderId.TryParse(segment, out var provider) && register?.ProviderNames.ContainsKey(provider) == true)
        || Quarter.TryParse(segment, out _)
        || (FileName.IsPlain(segment) && !PersonalData.IsIn(segment));
}
