using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// Reckons what a register, a framework or a file of decisions would change if it were in force, in every quarter that is known, by
/// contract. Nothing is written.
/// </summary>
public sealed class Reckoning(UploadLog uploads, Reference reference, Ledger ledger, Runs runs, PendingChanges changes, Closings closings)
{
    private readonly Earnings _earnings = new(uploads);

    /// <param name="slot">What the file is for. Files of other kinds change no money.</param>
    /// <param name="counts">What it counts for; null for a framework.</param>
    /// <param name="framework">What it is; null for other files.</param>
    /// <param name="today">Who looks ahead also sees the quarters that have begun by this day, though nothing has come for them.</param>
    /// <param name="only">The quarter of which it is asked, since each costs; null: every one.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Only what changes, by quarter and contract.</returns>
    public async Task<IReadOnlyList<Consequence>> OfAsync(Slot slot, FileCounts? counts, Framework? framework, DateOnly? today = null,
        Quarter? only = null, CancellationToken cancel = default)
    {
        if (await reference.RegisterAsync(cancel) is not { } register)
        {
            return slot is Slot.Reference && counts is ContractList first
                ? await OfFirstRegisterAsync(
                    new Register((await reference.FrameworksAsync(cancel)).Values, first, new CalendarList([])), only, cancel)
                : [];
        }

        return slot switch
        {
            Slot.Review { Dataset: var dataset, Quarter: var quarter } when dataset == Dataset.Decisions && counts is DecisionList added =>
                only is null || only == quarter ? await OfDecisionsAsync(quarter, register, added, cancel) : [],
            Slot.Reference { Dataset: var dataset } when dataset == Dataset.Contracts && counts is ContractList contracts =>
                await OfRegisterAsync(register, new Register(register.Frameworks.Values, contracts, new CalendarList([])), today, only,
                    cancel),
            Slot.Framework when framework is not null && register.Frameworks.ContainsKey(framework.Id) => await OfRegisterAsync(
                register,
                new Register(register.Frameworks.Values.Where(f => f.Id != framework.Id).Append(framework),
                    new ContractList(register.Terms), new CalendarList([])),
                today,
                only,
                cancel),
            _ => [],
        };
    }

    /// <summary>
    /// Why a file cannot be checked against what was released yet: finance has a run that the tables do not know, as after restoring older
    /// ones.
    /// </summary>
    /// <returns>A sentence that also says what to do; null when nothing is in the way, or the file moves no money.</returns>
    public async Task<string?> WaitsForAsync(Slot slot, CancellationToken cancel = default)
    {
        var quarters = slot switch
        {
            Slot.Confirmations { Quarter: var quarter } => [quarter],
            Slot.Review { Dataset: var dataset, Quarter: var quarter } when dataset == Dataset.Decisions => [quarter],
            Slot.Reference { Dataset: var dataset } when dataset == Dataset.Contracts => await runs.QuartersWithFinanceAsync(cancel),
            Slot.Framework => await runs.QuartersWithFinanceAsync(cancel),
            _ => (IReadOnlyCollection<Quarter>)[],
        };
        foreach (var quarter in quarters)
        {
            if (await runs.BeyondLedgerAsync(quarter, cancel) is { } why)
                return why;
        }

        // Where all tables were lost, what is checked against the register waits for it: until the repair, and then while it is held.
        bool namesContracts = slot is Slot.Review or Slot.Confirmations || (slot is Slot.Reference at && at.Dataset != Dataset.Contracts);
        return namesContracts && await reference.RegisterAsync(cancel) is null && (await runs.QuartersWithFinanceAsync(cancel)).Count > 0
            ? "Money was paid, and no register of contracts is in force, as after losing all tables: what names contracts waits until one "
                + "is. See: pipeline repair, and if the register is held: pipeline changes"
            : null;
    }

    /// <summary>
    /// The first register changes nothing that was, unless all tables were lost: then only the files for finance tell what was paid.
    /// Evidence and decisions come in after it, so that each line counts by the most that it can earn.
    /// </summary>
    private async Task<IReadOnlyList<Consequence>> OfFirstRegisterAsync(Register first, Quarter? only, CancellationToken cancel)
    {
        var found = new List<Consequence>();
        foreach (var quarter in (await runs.QuartersWithFinanceAsync(cancel)).Where(quarter => only is null || only == quarter))
        {
            var facts = await FactsAsync(quarter, cancel);
            foreach (var lines in facts.Ledger.OrderBy(of => of.Key))
            {
                var could = first.Find(lines.Key, quarter) is { IsActive: true } contract
                    ? Entitlement.Of(contract, first.FrameworkOf(contract).Payment,
                        new Dictionary<string, ElementEvidence>(), new Dictionary<string, Decision>())
                    : null;
                Add(found, Consequence.OfFirst(could, [.. lines], facts.IsClosed));
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<Consequence>> OfDecisionsAsync(Quarter quarter, Register register, DecisionList added,
        CancellationToken cancel)
    {
        var standing = await ListsAsync(quarter, cancel);
        var (before, after) = (DecisionList.Standing(standing).ToLookup(d => d.Contract),
            DecisionList.Standing([.. standing, added]).ToLookup(d => d.Contract));
        var named = added.Decisions.Select(d => d.Contract).Concat(added.Withdrawals.Select(w => w.Contract)).ToHashSet();
        var facts = await FactsAsync(quarter, cancel);
        var found = new List<Consequence>();
        foreach (var contract in register.Active(quarter).Where(c => named.Contains(c.Id)))
            Add(found, await OfContractAsync(facts, contract.Id, register, register, before, after, cancel));
        return found;
    }

    private async Task<IReadOnlyList<Consequence>> OfRegisterAsync(Register before, Register after, DateOnly? today, Quarter? only,
        CancellationToken cancel)
    {
        var found = new List<Consequence>();
        foreach (var quarter in (await QuartersAsync(today, cancel)).Where(quarter => only is null || quarter == only))
        {
            var facts = await FactsAsync(quarter, cancel);
            var decisions = DecisionList.Standing(await ListsAsync(quarter, cancel)).ToLookup(d => d.Contract);
            var (was, willBe) = (before.Active(quarter).ToDictionary(c => c.Id), after.Active(quarter).ToDictionary(c => c.Id));
            foreach (var contract in was.Keys.Union(willBe.Keys).Order())
            {
                // Most contracts are as they were, and cost nothing to look at.
                if (was.TryGetValue(contract, out var one) && willBe.TryGetValue(contract, out var other)
                    && AreAlike(before, one, after, other))
                    continue;
                Add(found, await OfContractAsync(facts, contract, before, after, decisions, decisions, cancel));
            }
        }

        return found;
    }

    /// <summary>Those that are known, oldest first, and those after them that have begun.</summary>
    private async Task<IReadOnlyCollection<Quarter>> QuartersAsync(DateOnly? today, CancellationToken cancel)
    {
        var quarters = new SortedSet<Quarter>(await changes.KnownQuartersAsync(cancel));
        if (today is not { } day || !Quarter.TryContaining(day, out var present))
            return quarters;
        var last = quarters.Count > 0 ? quarters.Max : present;
        quarters.UnionWith(last.BegunBy(day));
        return quarters;
    }

    private async Task<QuarterFacts> FactsAsync(Quarter quarter, CancellationToken cancel)
    {
        var entered = (await ledger.OfQuarterAsync(quarter, cancel)).SelectMany(p => p.Lines).ToList();
        // Read after the ledger, so that of a release that is under way no line is missed. All runs before the last are entered: until then
        // no other is prepared.
        var last = await runs.LastAsync(quarter, cancel);
        var left = last is { Run.State: RunState.Released }
            ? last.Run.Lines.ExceptBy(entered.Select(line => line.PaymentId), line => line.PaymentId) : [];
        return new QuarterFacts(quarter, entered.Concat(left), await closings.OfAsync(quarter, cancel) is not null);
    }

    private async Task<Consequence?> OfContractAsync(
        QuarterFacts facts, ContractId contract, Register before, Register after, ILookup<ContractId, Decision> decided,
        ILookup<ContractId, Decision> wouldBeDecided, CancellationToken cancel) => Consequence.Of(
        facts.Quarter,
        contract,
        await EarnedAsync(before, contract, facts.Quarter, decided, cancel),
        await EarnedAsync(after, contract, facts.Quarter, wouldBeDecided, cancel),
        [.. facts.Ledger[contract]],
        facts.IsClosed);

    /// <summary>Null when the contract is not active in the quarter.</summary>
    private async Task<Entitlement?> EarnedAsync(Register register, ContractId id, Quarter quarter, ILookup<ContractId, Decision> decisions,
        CancellationToken cancel) =>
        register.Find(id, quarter) is { IsActive: true } contract
            ? (await _earnings.OfAsync(register, contract, decisions, cancel)).Entitlement : null;

    private async Task<IReadOnlyList<DecisionList>> ListsAsync(Quarter quarter, CancellationToken cancel) =>
        [.. (await _earnings.DecisionsAsync(quarter, cancel)).Select(file => file.List)];

    /// <summary>Whether two registers pay one contract alike.</summary>
    private static bool AreAlike(Register before, Contract one, Register after, Contract other) =>
        ReferenceEquals(before.FrameworkOf(one), after.FrameworkOf(other))
        && one.Terms.Select(Paid).SequenceEqual(other.Terms.Select(Paid));

    private static (ProviderId, string, Money, DateOnly, DateOnly) Paid(Term term) =>
        (term.Provider, term.Framework, term.AnnualValue, term.StartsOn, term.EndsOn);

    private static void Add(List<Consequence> found, Consequence? consequence)
    {
        if (consequence is not null)
            found.Add(consequence);
    }

    private sealed class QuarterFacts(Quarter quarter, IEnumerable<LedgerLine> ledger, bool isClosed)
    {
        public Quarter Quarter { get; } = quarter;

        public ILookup<ContractId, LedgerLine> Ledger { get; } = ledger.ToLookup(line => line.Contract);

        public bool IsClosed { get; } = isClosed;
    }
}
