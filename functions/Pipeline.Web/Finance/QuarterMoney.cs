using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Finance;

/// <summary>A quarter's money at one time.</summary>
/// <param name="Quarter">Which.</param>
/// <param name="Payments">Everything that was released.</param>
/// <param name="Runs">In the order of their numbers; with dues, as they are now.</param>
/// <param name="Interrupted">Of these, those whose release did not come to its end.</param>
/// <param name="Dues">What is due and in no run that was released; null when that was not worked out.</param>
/// <param name="ProviderNames">As far as they are known.</param>
public sealed record QuarterMoney(
    Quarter Quarter, IReadOnlyList<Payment> Payments, IReadOnlyList<PaymentRun> Runs, IReadOnlyList<PaymentRun> Interrupted,
    IReadOnlyList<Due>? Dues,
    IReadOnlyDictionary<ProviderId, string> ProviderNames)
{
    public PaymentRun? Open => Runs.FirstOrDefault(run => run.IsOpen);

    public Money Released => Payments.SelectMany(p => p.Lines).Released();

    public Money Paid => Payments.Where(p => p.Status == "paid").Select(p => p.Released.Amount).Sum();

    public Money Unconfirmed => Payments.Where(p => p.Confirmation is null).Select(p => p.Released.Amount).Sum();

    public Money Failed => Payments.Where(p => p.Status == "failed").Select(p => p.Released.Amount).Sum();

    public Money TakenBack => Payments.Where(p => p.Released.Amount < Money.Zero).Select(p => p.Released.Amount).Sum();

    public Money Due => (Dues ?? []).Select(d => d.Amount).Sum();

    /// <param name="visit">Who asks.</param>
    /// <param name="quarter">A known one.</param>
    /// <param name="withDues">Whether to work out what is due, which reads something of every contract.</param>
    public static async Task<QuarterMoney> OfAsync(Visit visit, Quarter quarter, bool withDues)
    {
        var steps = visit.Steps;
        var stored = (await steps.Runs.OfQuarterAsync(quarter, visit.Cancel)).Select(s => s.Run).ToList();
        var proposal = withDues ? await visit.ProposalAsync(quarter) : null;
        IReadOnlyList<PaymentRun> runs = proposal is null ? stored : [.. stored.Select(run => run.AsOf(visit.Now, proposal))];
        return new QuarterMoney(
            quarter,
            await steps.Ledger.OfQuarterAsync(quarter, visit.Cancel),
            runs,
            await steps.Runs.InterruptedAsync(runs, visit.Cancel),
            withDues ? proposal?.Dues ?? [] : null,
            (await steps.Reference.RegisterAsync(visit.Cancel))?.ProviderNames ?? new Dictionary<ProviderId, string>());
    }

    /// <summary>Of each provider that is due something or was paid, by name.</summary>
    public IEnumerable<(ProviderId Provider, QuarterMoney Own)> ByProvider()
    {
        var payments = Payments.ToLookup(payment => payment.Released.Provider);
        var dues = (Dues ?? []).ToLookup(due => due.Account.Provider);
        return from provider in payments.Select(of => of.Key).Union(dues.Select(of => of.Key)).OrderBy(NameOf, StringComparer.Ordinal)
               select (provider, this with { Payments = [.. payments[provider]], Dues = [.. dues[provider]] });
    }

    public string NameOf(ProviderId provider) => ProviderNames.GetValueOrDefault(provider) ?? provider.ToString();
}
