using System.Runtime.CompilerServices;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// The reference files that were ever accepted. Which of them another file came in under is recorded nowhere, and no clock tells: several
/// are taken in at one instant, and one may be committed while the other is checked.
/// </summary>
internal sealed class AcceptedReference(IFileStore files, UploadLog uploads)
{
    private readonly Dictionary<Sha256, Framework> _frameworks = [];

    /// <summary>Every set of one version of each framework, newest first.</summary>
    /// <exception cref="InvalidDataException">A file in the archive is not the one that came in, or does not check.</exception>
    public async IAsyncEnumerable<IReadOnlyList<Framework>> FrameworksAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        IEnumerable<IReadOnlyList<Framework>> sets = [[]];
        foreach (var versions in (await AcceptedAsync(cancel)).Where(CurrentReference.IsFramework).GroupBy(u => u.Slot))
        {
            var read = new List<Framework>();
            foreach (var version in versions)
                read.Add(await FrameworkAsync($"the file {version.Slot}, version {version.Version}", version.Sha256, cancel));
            sets = sets.SelectMany(set => read, (set, framework) => (IReadOnlyList<Framework>)[.. set, framework]);
        }

        foreach (var set in sets)
            yield return set;
    }

    /// <summary>Every version of the register with every set of frameworks, newest first.</summary>
    /// <exception cref="InvalidDataException">A file in the archive is not the one that came in, or does not check.</exception>
    public async IAsyncEnumerable<Register> RegistersAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        foreach (var version in (await AcceptedAsync(cancel)).Where(u => u.Slot == Dataset.Contracts.Name))
        {
            var contracts = (ContractList)await uploads.CountsAsync(version, cancel);
            await foreach (var frameworks in FrameworksAsync(cancel))
                yield return new Register(frameworks, contracts, new CalendarList([]));
        }
    }

    /// <param name="name">Which file, in words that stand in a sentence.</param>
    /// <param name="sha256">Of its bytes.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidDataException">It is not the one that came in, or does not check.</exception>
    public async Task<Framework> FrameworkAsync(string name, Sha256 sha256, CancellationToken cancel = default)
    {
        if (_frameworks.TryGetValue(sha256, out var known))
            return known;
        var framework = (await Archive.ReadAsync(files, name, sha256, ".json", json => FrameworkFile.Read(json), cancel)).Framework;
        return _frameworks[sha256] = framework ?? throw new InvalidDataException($"In the archive, {name} does not check any more.");
    }

    private async Task<IEnumerable<Upload>> AcceptedAsync(CancellationToken cancel) =>
        (await uploads.OfReferenceAsync(cancel)).Where(u => u.Status == UploadStatus.Accepted).OrderByDescending(u => u.Version);
}
