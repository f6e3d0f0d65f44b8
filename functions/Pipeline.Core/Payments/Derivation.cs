using System.Globalization;

namespace Pipeline.Core.Payments;

/// <summary>How an entitlement and what is due on it came about, in words and numbers.</summary>
public static class Derivation
{
    /// <summary>One sentence a line, from the annual value to what is due. It holds counts and codes, never a client reference.</summary>
    /// <param name="entitlement">What the contract has earned.</param>
    /// <param name="ledger">Every line of the quarter; other contracts' and other providers' are left out.</param>
    /// <param name="files">The files that the entitlement was worked out from.</param>
    public static IReadOnlyList<string> Of(Entitlement entitlement, IEnumerable<LedgerLine> ledger, IEnumerable<InputFile> files) =>
        [.. OfEntitlement(entitlement, files), .. OfPaid(entitlement, ledger)];

    /// <summary>The first part of it: what the contract has earned.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<string> OfEntitlement(Entitlement entitlement, IEnumerable<InputFile> files)
    {
        IEnumerable<FormattableString> sentences =
        [
            .. OfFiles(files),
            .. OfInstalment(entitlement),
            .. OfPot(entitlement),
            .. entitlement.Elements.SelectMany(element => OfElement(element, entitlement.Allocation)),
            .. OfUnallocated(entitlement.Allocation),
            $"Entitlement: {string.Join(" + ", entitlement.Lines.Select(line => Invariant($"{line.Line} {line.Amount}")))} = {entitlement.Total}.",
        ];
        return [.. sentences.Select(Invariant)];
    }

    /// <summary>The second part of it: what was released, and what is due.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<string> OfPaid(Entitlement entitlement, IEnumerable<LedgerLine> ledger)
    {
        IReadOnlyList<LedgerLine> own =
            [.. ledger.Where(line => (line.Contract, line.Provider) == (entitlement.Contract.Id, entitlement.Contract.Provider))];
        return [.. OfLedger(own).Concat(OfDues(entitlement.Quarter, entitlement, own)).Select(Invariant)];
    }

    /// <summary>
    /// The same of a provider that is owed nothing for a contract in the quarter any more, of which only what was released is left.
    /// </summary>
    /// <param name="contract">Which.</param>
    /// <param name="provider">Who was paid.</param>
    /// <param name="quarter">Which.</param>
    /// <param name="ledger">Every line of the quarter; other contracts' and other providers' are left out.</param>
    /// <param name="files">The files by which it is owed nothing.</param>
    public static IReadOnlyList<string> OfFormer(ContractId contract, ProviderId provider, Quarter quarter, IEnumerable<LedgerLine> ledger,
        IEnumerable<InputFile> files)
    {
        IReadOnlyList<LedgerLine> own = [.. ledger.Where(line => (line.Contract, line.Provider) == (contract, provider))];
        IEnumerable<FormattableString> sentences =
        [
            .. OfFiles(files),
            $"By the register {provider} does not have contract {contract} in {quarter} any more, so nothing is owed to {provider} and what it holds is clawed back.",
            .. OfLedger(own),
            .. OfDues(quarter, null, own),
        ];
        return [.. sentences.Select(Invariant)];
    }

    private const string OfFile = "Worked out from ";

    /// <summary>Whether a sentence only names a file that the rest was worked out from, as one who checks it needs it.</summary>
    public static bool NamesFile(string sentence) => sentence.StartsWith(OfFile, StringComparison.Ordinal);

    private static IEnumerable<FormattableString> OfFiles(IEnumerable<InputFile> files)
    {
        foreach (var file in files)
        {
            yield return file.Version is { } version
                ? $"{OfFile}{file.Source}, version {version}, SHA-256 {file.Sha256}."
                : (FormattableString)$"{OfFile}{file.Source}, SHA-256 {file.Sha256}.";
        }
    }

    private static IEnumerable<FormattableString> OfInstalment(Entitlement entitlement)
    {
        var contract = entitlement.Contract;
        var instalment = entitlement.Instalment;
        var quarter = entitlement.Quarter;
        yield return $"Contract {contract.Id} of {contract.Provider} for {quarter}, {quarter.FirstDay:d MMMM yyyy} to {quarter.LastDay:d MMMM yyyy}.";
        foreach (var (term, part) in contract.Terms.Zip(instalment.Terms))
        {
            yield return $"Annual value: {part.AnnualValue}.";
            yield return $"By the end of quarter {quarter.Number}: {part.AnnualValue} × {quarter.Number}/4 = {part.ByEnd}, to the nearest penny.";
            yield return $"By its start: {part.AnnualValue} × {quarter.Number - 1}/4 = {part.ByStart}, to the nearest penny.";
            yield return $"Instalment for a whole quarter: {part.ByEnd} − {part.ByStart} = {part.WholeQuarter}.";
            yield return $"Active from {term.StartsOn:d MMMM yyyy} to {term.EndsOn:d MMMM yyyy}: {part.Days} of the quarter's {quarter.Days} days.";
        }

        if (instalment.Terms is [{ Days: var days } only] && days < quarter.Days)
            yield return $"Instalment for the active days: {only.WholeQuarter} × {days}/{quarter.Days} = {instalment.Amount}, to the nearest penny.";
        if (instalment.Terms.Count > 1)
            yield return $"Instalment for the active days: ({string.Join(" + ", instalment.Terms.Select(part => Invariant($"{part.WholeQuarter} × {part.Days}")))})/{quarter.Days} = {instalment.Amount}, to the nearest penny.";
    }

    private static IEnumerable<FormattableString> OfPot(Entitlement entitlement)
    {
        decimal percent = entitlement.Rules.ShareBasisPoints / 100m;
        yield return $"Pot for outcomes: {entitlement.Instalment.Amount} × {percent:0.##} % = {entitlement.Pot}, to the nearest penny.";
        yield return $"Core payment: {entitlement.Instalment.Amount} − {entitlement.Pot} = {entitlement.Core}; it does not depend on outcomes.";
        if (entitlement.Allocation.LeftOver is > 0 and var leftOver)
            yield return $"Left over when the shares of the pot are rounded down: {Counted(leftOver, "penny", "pence")}, one each to the largest remainders, of equal ones the earlier.";
    }

    private static IEnumerable<FormattableString> OfElement(ElementEntitlement element, Allocation allocation)
    {
        var (code, title) = (element.Element.Code, element.Element.Title);
        yield return $"{title} ({code}), share: {OfShare(element.Share, allocation)}.";
        yield return $"{title} ({code}), evidence: {Counted(element.Evidence.Items, "item", "items")} accepted, quantity {element.Evidence.Quantity}.";
        yield return element.Decision switch
        {
            null => $"{title} ({code}), decision: none yet.",
            { Reason: { } reason } decision => $"{title} ({code}), decision: {OfDecision(decision)}, reason {reason}.",
            // A name may end in a full stop of its own.
            { } decision => (FormattableString)$"{title} ({code}), decision: {OfDecision(decision).TrimEnd('.')}.",
        };
        yield return $"{title} ({code}), earned: {element.Earned} of {element.Available}, {element.State.Word()}: {Meaning(element.State)}.";
    }

    private static IEnumerable<FormattableString> OfUnallocated(Allocation allocation)
    {
        if (allocation.Unallocated.Weight > 0)
            yield return $"Unallocated, share: {OfShare(allocation.Unallocated, allocation)}; no element can earn it and it is never paid.";
    }

    /// <param name="ledger">Of one provider and contract.</param>
    private static IEnumerable<FormattableString> OfLedger(IReadOnlyList<LedgerLine> ledger)
    {
        if (ledger.Count == 0)
            yield return $"Nothing has been released so far.";
        foreach (var line in ledger)
        {
            yield return line.Kind switch
            {
                LedgerKind.Released =>
                    $"Run {line.Run} released {line.Amount} on {line.Line}, payment {line.PaymentId}: entitlement {line.Entitlement} then, less {line.PreviouslyReleased} released before{(line.Corrects is { } paid ? $"; it corrects payment {paid}" : "")}.",
                LedgerKind.Reversal => $"Payment {line.PaymentId} failed or was returned, which put {line.Amount} on {line.Line}.",
                _ => (FormattableString)$"Payment {line.PaymentId} was paid after all, which put {line.Amount} on {line.Line}.",
            };
        }
    }

    private static IEnumerable<FormattableString> OfDues(Quarter quarter, Entitlement? entitlement, IReadOnlyList<LedgerLine> ledger)
    {
        var dues = Dues.Of(quarter, entitlement is null ? [] : [entitlement], ledger);
        foreach (var due in dues)
            yield return $"Due on {due.Account.Line}: {due.Entitlement} − {due.PreviouslyReleased} released so far = {due.Amount}{(due.Corrects is { } paid ? $", a clawback that corrects payment {paid}" : "")}.";
        yield return dues.Count == 0 ? $"Nothing is due." : (FormattableString)$"Due in all: {dues.Select(due => due.Amount).Sum()}.";
    }

    private static string OfShare(Share share, Allocation allocation) => Invariant(
        $"{allocation.Pot} × {share.Weight}/{allocation.WeightTotal} = {share.Floor} and {share.Remainder}/{allocation.WeightTotal} of a penny, {(share.ExtraPenny ? "with" : "without")} an extra penny: {share.Amount}");

    private static string OfDecision(Decision decision) => Invariant(
        $"{(decision.Met ? "met" : "not met")} on {decision.DecidedOn:d MMMM yyyy}, reviewed by {decision.Reviewer}, approved by {decision.Approver}");

    private static string Meaning(ElementState state) => state switch
    {
        ElementState.Earned => "decided met, and there is evidence",
        ElementState.NotMet => "decided not met",
        ElementState.AwaitingReview => "there is evidence, but no decision yet",
        ElementState.NoEvidence => "there is neither evidence nor a decision",
        ElementState.Blocked => "decided met, but no evidence was accepted",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static string Counted(long count, string one, string many) => Invariant($"{count} {(count == 1 ? one : many)}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
