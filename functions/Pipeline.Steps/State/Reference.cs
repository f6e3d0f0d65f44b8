using System.Collections.Concurrent;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>The register as the current versions of the reference files make it.</summary>
public sealed class Reference(IFileStore files, UploadLog uploads)
{
    private static readonly Slot.Reference Contracts = new(Dataset.Contracts);
    private static readonly Slot.Reference Calendar = new(Dataset.Calendar);
    private static readonly Slot.Reference Publication = new(Dataset.Publication);
    private static readonly Slot.Reference People = new(Dataset.People);
    private static readonly Slot.Reference Council = new(Dataset.Council);

    // A version never changes, and neither do the bytes under a digest.
    private readonly ConcurrentDictionary<int, ContractList> _registers = new();
    private readonly ConcurrentDictionary<Sha256, Framework> _frameworks = new();
    private volatile CurrentReference? _loaded;

    /// <summary>As it was when it was last asked for in this process; null when it was not. No store is asked.</summary>
    public CurrentReference? LastKnown => _loaded;

    /// <summary>The register; null while no register of contracts has been accepted.</summary>
    public async Task<Register?> RegisterAsync(CancellationToken cancel = default) => (await CurrentAsync(cancel)).Register;

    /// <summary>The number of the register's current version; 0 while there is none.</summary>
    public async Task<int> RegisterVersionAsync(CancellationToken cancel = default) => (await CurrentAsync(cancel)).Contracts?.Version ?? 0;

    /// <summary>The accepted frameworks by id.</summary>
    public async Task<IReadOnlyDictionary<string, Framework>> FrameworksAsync(CancellationToken cancel = default) =>
        (await CurrentAsync(cancel)).Frameworks;

    /// <summary>Every contract that any accepted version of the register held, with each provider that ever had it.</summary>
    public async Task<IReadOnlyList<(ContractId Contract, ProviderId Provider)>> EverRegisteredAsync(CancellationToken cancel = default)
    {
        var ever = new SortedSet<(ContractId, ProviderId)>();
        foreach (var upload in (await uploads.OfSlotAsync(Contracts, cancel)).Where(u => u.Status == UploadStatus.Accepted))
        {
            if (!_registers.TryGetValue(upload.Version, out var register))
                _registers[upload.Version] = register = (ContractList)await uploads.CountsAsync(upload, cancel);
            ever.UnionWith(register.Terms.Select(term => (term.Contract, term.Provider)));
        }

        return [.. ever];
    }

    /// <summary>
    /// The register with the versions that it was made from. The files are read again only when one of them has a new version.
    /// </summary>
    public async Task<CurrentReference> CurrentAsync(CancellationToken cancel = default)
    {
        var current = (await uploads.OfReferenceAsync(cancel))
            .GroupBy(u => u.Slot)
            .Select(Upload.CurrentOf)
            .OfType<Upload>()
            .ToDictionary(u => u.Slot);
        if (_loaded is { } loaded && loaded.Current.Count == current.Count
            && loaded.Current.Values.All(u => current.GetValueOrDefault(u.Slot)?.Version == u.Version))
            return loaded;

        var frameworks = new Dictionary<string, Framework>();
        foreach (var upload in current.Values.Where(CurrentReference.IsFramework))
        {
            if (!_frameworks.TryGetValue(upload.Sha256, out var framework))
            {
                _frameworks[upload.Sha256] = framework = await FrameworkAsync(upload, cancel);
            }

            frameworks.Add(framework.Id, framework);
        }

        Register? register = null;
        if (current.TryGetValue(Contracts.Name, out var contracts))
        {
            var calendar = current.TryGetValue(Calendar.Name, out var dates)
                ? (CalendarList)await uploads.CountsAsync(dates, cancel) : new CalendarList([]);
            register = new Register(frameworks.Values, (ContractList)await uploads.CountsAsync(contracts, cancel), calendar);
        }

        var publication = current.TryGetValue(Publication.Name, out var rules)
            ? (PublicationList)await uploads.CountsAsync(rules, cancel) : PublicationList.None;
        var people = current.TryGetValue(People.Name, out var tied) ? (PeopleList)await uploads.CountsAsync(tied, cancel) : PeopleList.None;
        var council = current.TryGetValue(Council.Name, out var publisher)
            ? (CouncilList)await uploads.CountsAsync(publisher, cancel) : CouncilList.None;
        return _loaded = new CurrentReference(current, frameworks, register, publication, people, council.Rows is [var one] ? one : null);
    }

    private async Task<Framework> FrameworkAsync(Upload upload, CancellationToken cancel)
    {
        try
        {
            return (await Archive.ReadAsync(files, $"the file {upload.Slot}", upload.Sha256, ".json", json => FrameworkFile.Read(json),
                cancel)).Framework
                ?? throw new StoreUnavailableException("An accepted framework file does not check any more.") { IsDamage = true };
        }
        catch (InvalidDataException exception)
        {
            throw new StoreUnavailableException(exception.Message, exception) { IsDamage = true };
        }
    }
}

/// <summary>The reference files as they are at one time.</summary>
/// <param name="Current">The current version of each, by the name of its slot.</param>
/// <param name="Frameworks">By id.</param>
/// <param name="Register">Null while no register of contracts has been accepted.</param>
/// <param name="Publication">By which rules quarters are published.</param>
/// <param name="People">Who acts for which provider.</param>
/// <param name="Council">Who publishes; null when nobody said.</param>
public sealed record CurrentReference(
    IReadOnlyDictionary<string, Upload> Current, IReadOnlyDictionary<string, Framework> Frameworks, Register? Register,
    PublicationList Publication,
    PeopleList People, Council? Council)
{
    /// <summary>Whether an upload of a reference file is of a framework: every other kind is a dataset.</summary>
    public static bool IsFramework(Upload upload) => Dataset.Find(upload.Slot) is null;

    /// <summary>The version of the register of contracts.</summary>
    public Upload? Contracts => Current.GetValueOrDefault(Dataset.Contracts.Name);

    public Upload VersionOf(Framework framework) => Current[new Slot.Framework(framework.Id).Name];
}
