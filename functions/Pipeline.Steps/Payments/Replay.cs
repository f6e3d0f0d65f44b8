using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Payments;

/// <param name="Run">That was recomputed.</param>
/// <param name="Differences">What is not as it was released, a sentence each; none when the file for finance is the same byte for byte.</param>
public sealed record Replayed(PaymentRun Run, IReadOnlyList<string> Differences);

/// <summary>Recomputes a released run from the archive and the versions that it recorded: the files are read again, not what was counted when they came in.</summary>
public sealed class Replay(IFileStore files, Uploads uploads, Runs runs, Ledger ledger)
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
            IReadOnlyList<LedgerLine> lines = [.. Dues.Of(quarter, entitlements, await LedgerBeforeAsync(stored, cancel)).Select(due => due.InRun(number))];
            differences.AddRange(Differences(stored.Run.Lines, lines));
            using var recomputed = new MemoryStream();
            FinanceFile.Write(recomputed, lines);
            if (!await IsStoredAsync(ReleasePayments.PathOf(quarter, number), recomputed.ToArray(), cancel))
                differences.Add("The file that finance got is not the one that comes out now.");
        }
        catch (InvalidDataException exception)
        {
            differences.Add(exception.Message);
        }

        return new Replayed(stored.Run, differences);
    }

    /// <summary>What every contract had earned by the versions that a run recorded.</summary>
    /// <exception cref="InvalidDataException">A file in the archive does not check.</exception>
    public async Task<IReadOnlyList<Entitlement>> EntitlementsAsync(PaymentRun run, CancellationToken cancel = default)
    {
        var quarter = run.Quarter;
        var register = await RegisterAsync(run.Basis.Frameworks.Select(f => f.Sha256), run.Basis.Register!.Sha256, cancel);
        var decisions = run.Basis.Decisions(quarter) is { } decided
            ? ((DecisionList)await ReadAsync(decided, new Slot.Review(quarter, Dataset.Decisions), register, r => Readers.ForReview(Dataset.Decisions, r, quarter), cancel)).Decisions
            : [];
        var entitlements = new List<Entitlement>();
        foreach (var contract in register.Contracts.Where(c => c.IsActive(quarter)))
        {
            var slot = new Slot.Return(contract.Provider, contract.Id, quarter, Dataset.Evidence);
            var evidence = run.Basis.Evidence(contract.Id, quarter) is { } returned
                ? (EvidenceCounts)await ReadAsync(returned, slot, register, r => Readers.ForReturn(Dataset.Evidence, r.FrameworkOf(contract), contract, quarter), cancel)
                : EvidenceCounts.None;
            entitlements.Add(Entitlement.Of(
                contract, register.FrameworkOf(contract).Payment, quarter, evidence.ByElement, decisions.Where(d => d.Contract == contract.Id).ToDictionary(d => d.Element)));
        }

        return entitlements;
    }

    /// <summary>The ledger as it was when a run was prepared: every run before it, and of their payments those taken back that had failed by then.</summary>
    public async Task<IReadOnlyList<LedgerLine>> LedgerBeforeAsync(StoredRun stored, CancellationToken cancel = default) =>
    [
        .. from payment in await ledger.OfQuarterAsync(stored.Run.Quarter, cancel)
           where payment.Released.Run < stored.Run.Number
           from line in payment.Lines
           where line.Kind == LedgerKind.Released || stored.Failed.Contains(line.PaymentId.ToString())
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
                ({ } was, { } line) when was != line => $"{id} was released with {was.Amount}: entitlement {was.Entitlement} less {was.PreviouslyReleased}; now {line.Amount} comes out: {line.Entitlement} less {line.PreviouslyReleased}.",
                _ => null,
            };
            if (difference is not null)
                yield return difference.ToString(CultureInfo.InvariantCulture);
        }
    }

    private async Task<Register> RegisterAsync(IEnumerable<Sha256> frameworkFiles, Sha256 contracts, CancellationToken cancel)
    {
        var frameworks = new List<Framework>();
        foreach (var file in frameworkFiles)
        {
            await using var json = await OpenAsync(file, ".json", cancel);
            frameworks.Add(FrameworkFile.Read(json).Framework ?? throw new InvalidDataException("A framework in the archive does not check any more."));
        }

        await using var csv = await OpenAsync(contracts, ".csv", cancel);
        var list = FileCheck.Check(csv, Readers.ForContracts(frameworks.ToDictionary(f => f.Id)), long.MaxValue).Counts;
        // When returns are due has no part in what is paid.
        return new Register(frameworks, list as ContractList ?? throw new InvalidDataException("The register of contracts in the archive does not check any more."), new CalendarList([]));
    }

    /// <summary>Reads a file against the register of the run or, where that has changed since the file came in, against the one that it came in under.</summary>
    private async Task<FileCounts> ReadAsync(BasisEntry entry, Slot slot, Register register, Func<Register, DatasetReader> reader, CancellationToken cancel)
    {
        await using (var csv = await OpenAsync(entry.Sha256, ".csv", cancel))
        {
            if (FileCheck.Check(csv, reader(register), long.MaxValue).Counts is { } counts)
                return counts;
        }

        var then = (await uploads.OfSlotAsync(slot, cancel)).First(u => u.Version == entry.Version).TakenInAt;
        var reference = (await uploads.OfReferenceAsync(cancel)).Where(u => u.TakenInAt <= then).GroupBy(u => u.Slot).Select(Upload.CurrentOf).OfType<Upload>().ToList();
        var earlier = await RegisterAsync(
            reference.Where(CurrentReference.IsFramework).Select(u => u.Sha256),
            reference.First(u => u.Slot == Dataset.Contracts.Name).Sha256,
            cancel);
        await using var again = await OpenAsync(entry.Sha256, ".csv", cancel);
        return FileCheck.Check(again, reader(earlier), long.MaxValue).Counts
            ?? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"In the archive, {entry.What}, version {entry.Version}, does not check any more."));
    }

    /// <exception cref="InvalidDataException">It is not in the archive.</exception>
    private async Task<Stream> OpenAsync(Sha256 file, string extension, CancellationToken cancel)
    {
        try
        {
            return await files.OpenReadAsync(Archive.PathOf(file, extension), cancel: cancel);
        }
        catch (StoreNotFoundException exception)
        {
            throw new InvalidDataException($"The archive does not hold the file of SHA-256 {file}.", exception);
        }
    }

    private async Task<bool> IsStoredAsync(string path, byte[] content, CancellationToken cancel)
    {
        if (await files.StatAsync(path, cancel) is null)
            return false;
        await using var stream = await files.OpenReadAsync(path, cancel: cancel);
        using var stored = new MemoryStream();
        await stream.CopyToAsync(stored, cancel);
        return stored.ToArray().AsSpan().SequenceEqual(content);
    }
}
