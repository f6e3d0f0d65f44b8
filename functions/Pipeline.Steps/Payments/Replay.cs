using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.State;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Payments;

/// <param name="Run">That was recomputed.</param>
/// <param name="Differences">What is not as it was released, a sentence each; none when the file for finance is the same byte for
/// byte.</param>
public sealed record Replayed(PaymentRun Run, IReadOnlyList<string> Differences);

/// <summary>
/// Recomputes a released run from the archive and the versions that it recorded: the files are read again, not what was counted when they
/// came in.
/// </summary>
public sealed class Replay(IFileStore files, UploadLog uploads, Runs runs, Ledger ledger)
{
    /// <summary>Null when there is no such run, or it is not released.</summary>
    public async Task<Replayed?> RunAsync(Quarter quarter, int number, CancellationToken cancel = default)
    {
        if (await runs.FindAsync(quarter, number, cancel) is not { Run.State: RunState.Released } stored)
            return null;
        var differences = new List<string>();
        try
        {
            var entitlements = await EntitlementsAsync(stored.Run, cancel);
            IReadOnlyList<LedgerLine> lines =
                [.. Dues.Of(quarter, entitlements, await LedgerBeforeAsync(stored, cancel)).Select(due => due.InRun(number))];
            differences.AddRange(Differences(stored.Run.Lines, lines));
            differences.AddRange(LedgerDifferences(stored.Run, await ledger.OfQuarterAsync(quarter, cancel)));
            var (payments, control) = FilesForFinance.Of(stored.Run with { Lines = lines, Hash = FinanceFile.HashOf(lines) });
            differences.AddRange(new[] { await files.PaymentsDifferenceAsync(payments, cancel), await files.ControlDifferenceAsync(control,
                cancel) }.OfType<string>());
        }
        catch (InvalidDataException exception)
        {
            differences.Add(exception.Message);
        }

        return new Replayed(stored.Run, differences);
    }

    /// <summary>What every contract had earned by the versions that a run recorded.</summary>
    /// <exception cref="InvalidDataException">A file in the archive is not the one that came in, or does not check.</exception>
    public async Task<IReadOnlyList<Entitlement>> EntitlementsAsync(PaymentRun run, CancellationToken cancel = default)
    {
        var quarter = run.Quarter;
        var accepted = new AcceptedReference(files, uploads);
        var register = await RegisterAsync(run.Inputs, accepted, cancel);
        var registers = Sequence(register).Concat(accepted.RegistersAsync(cancel));
        var lists = new List<DecisionList>();
        foreach (var decided in run.Inputs.Decisions(quarter))
            lists.Add((DecisionList)await ReadAsync(decided, registers, r => Dataset.Decisions.Reader(r, quarter), cancel));
        var decisions = DecisionList.Standing(lists).ToLookup(d => d.Contract);
        var entitlements = new List<Entitlement>();
        foreach (var contract in register.Active(quarter))
        {
            var evidence = run.Inputs.Evidence(contract.Id, quarter) is { } returned
                ? (EvidenceCounts)await ReadAsync(returned, registers, Evidence, cancel)
                : EvidenceCounts.None;
            entitlements.Add(Entitlement.Of(
                contract, register.FrameworkOf(contract).Payment, evidence.ByElement, decisions[contract.Id].ToDictionary(d => d.Element)));

            // An earlier register may have had the contract under another framework, or not at all.
            DatasetReader Evidence(Register r)
            {
                var then = r.Find(contract.Id, quarter) ?? contract;
                return Dataset.Evidence.Reader(r.FrameworkOf(then), then, quarter);
            }
        }

        return entitlements;
    }

    /// <summary>
    /// The ledger as it was when a run was prepared: every run before it, and of their payments those taken back that had failed or been
    /// returned by then.
    /// </summary>
    public async Task<IReadOnlyList<LedgerLine>> LedgerBeforeAsync(StoredRun stored, CancellationToken cancel = default) =>
    [
        .. from payment in await ledger.OfQuarterAsync(stored.Run.Quarter, cancel)
           where payment.Released.Run < stored.Run.Number
           from line in stored.Failed.Contains(payment.Released.PaymentId.ToString())
               ? [payment.Released, payment.Released.Reversed()] : new[] { payment.Released }
           select line,
    ];

    private static IEnumerable<string> Differences(IReadOnlyList<LedgerLine> released, IReadOnlyList<LedgerLine> recomputed)
    {
        var before = released.ToDictionary(line => line.PaymentId);
        var now = recomputed.ToDictionary(line => line.PaymentId);
        foreach (var id in before.Keys.Union(now.Keys))
        {
            FormattableString? difference = (before.GetValueOrDefault(id), now.GetValueOrDefault(id)) switch
            {
                (null, { } line) => $"{id} was not released, but {line.Amount} comes out now.",
                ({ } line, null) => $"{id} was released with {line.Amount}, but does not come out now.",
                ({ } was, { } line) when was != line =>
                    $"{id} was released with {was.Amount}: entitlement {was.Entitlement} less {was.PreviouslyReleased}; now {line.Amount} comes out: {line.Entitlement} less {line.PreviouslyReleased}.",
                _ => null,
            };
            if (difference is not null)
                yield return difference.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What the ledger says of a run that the run does not: somebody wrote in the table, or it was restored in part.</summary>
    private static IEnumerable<string> LedgerDifferences(PaymentRun run, IReadOnlyList<Payment> ledger)
    {
        var released = run.Lines.ToDictionary(line => line.PaymentId);
        var entered = ledger.Where(payment => payment.Released.Run == run.Number).ToDictionary(payment => payment.Released.PaymentId);
        foreach (var id in released.Keys.Union(entered.Keys))
        {
            FormattableString? difference = (released.GetValueOrDefault(id), entered.GetValueOrDefault(id)) switch
            {
                (null, { } row) => $"{id} is in the ledger with {row.Released.Amount}, but not in the run.",
                ({ } line, null) => $"{id} was released with {line.Amount}, but is not in the ledger.",
                ({ } line, { } row) when line.Amount != row.Released.Amount =>
                    $"{id} was released with {line.Amount}, but is in the ledger with {row.Released.Amount}.",
                ({ } line, { } row) when line != row.Released || run.Released?.At != row.ReleasedAt =>
                    $"{id} is in the ledger otherwise than it was released.",
                _ => null,
            };
            if (difference is not null)
                yield return difference.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The register of a run, with the frameworks by which the run was worked out.</summary>
    private async Task<Register> RegisterAsync(Inputs inputs, AcceptedReference accepted, CancellationToken cancel)
    {
        var frameworks = new List<Framework>();
        foreach (var file in inputs.Frameworks)
            frameworks.Add(await accepted.FrameworkAsync(file.Name, file.Sha256, cancel));
        // A framework that came in alone may have dropped what the register names; the register counts all the same.
        var sets = Sequence<IReadOnlyList<Framework>>(frameworks).Concat(accepted.FrameworksAsync(cancel));
        var list = (ContractList)await ReadAsync(
            inputs.Register!, sets, set => Dataset.Contracts.Reader(set.ToDictionary(f => f.Id), _ => false), cancel);
        // When returns are due has no part in what is paid.
        return new Register(frameworks, list, new CalendarList([]));
    }

    /// <summary>
    /// Reads a file against the first of several things that it checks against. It was accepted once, against one of them; what it counts
    /// for does not depend on which.
    /// </summary>
    private async Task<FileCounts> ReadAsync<T>(InputFile entry, IAsyncEnumerable<T> against, Func<T, DatasetReader> reader,
        CancellationToken cancel)
    {
        await foreach (var each in against.WithCancellation(cancel))
        {
            var check = await CheckAsync(entry, reader(each), cancel);
            if (check.Counts is { } counts)
                return counts;
        }

        throw new InvalidDataException($"In the archive, {entry.Name} does not check any more.");
    }

    private async Task<CheckedFile> CheckAsync(InputFile entry, DatasetReader reader, CancellationToken cancel)
    {
        if (entry.Workbook is not { } workbook)
            return await Archive.ReadAsync(files, entry.Name, entry.Sha256, ".csv", csv => FileCheck.Check(csv, reader, long.MaxValue),
                cancel);
        var check = await Archive.ReadWorkbookAsync(files, entry.Name, workbook,
            bytes => FileCheck.CheckWorkbook(bytes, reader, long.MaxValue), cancel);
        return check.SheetSha256 == entry.Sha256
            ? check : throw new InvalidDataException($"In the archive, {entry.Name} has a sheet of other rows than came in.");
    }

    private static IAsyncEnumerable<T> Sequence<T>(T one) => new[] { one }.ToAsyncEnumerable();
}
