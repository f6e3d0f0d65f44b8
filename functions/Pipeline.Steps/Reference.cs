using Pipeline.Core;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps;

/// <summary>The register as the current versions of the reference files make it.</summary>
public sealed class Reference(IFileStore files, Uploads uploads)
{
    private static readonly Slot.Reference Contracts = new(Dataset.Contracts);
    private static readonly Slot.Reference Calendar = new(Dataset.Calendar);

    private volatile Loaded? _loaded;

    /// <summary>The register; null while no register of contracts has been accepted.</summary>
    public async Task<Register?> RegisterAsync(CancellationToken cancel = default) => (await LoadAsync(cancel)).Register;

    /// <summary>The number of the register's current version; 0 while there is none.</summary>
    public async Task<int> RegisterVersionAsync(CancellationToken cancel = default) => (await LoadAsync(cancel)).RegisterVersion;

    /// <summary>The accepted frameworks by id.</summary>
    public async Task<IReadOnlyDictionary<string, Framework>> FrameworksAsync(CancellationToken cancel = default) => (await LoadAsync(cancel)).Frameworks;

    /// <summary>Reads the reference files again only when one of them has a new version.</summary>
    private async Task<Loaded> LoadAsync(CancellationToken cancel)
    {
        var current = (await uploads.OfReferenceAsync(cancel))
            .GroupBy(u => u.Slot)
            .Select(Upload.CurrentOf)
            .OfType<Upload>()
            .ToDictionary(u => u.Slot);
        string versions = string.Join('|', current.Values.Select(u => $"{u.Slot} {u.Version}"));
        if (_loaded is { } loaded && loaded.Versions == versions)
            return loaded;

        var frameworks = new Dictionary<string, Framework>();
        foreach (var upload in current.Values.Where(u => u.Slot != Contracts.Name && u.Slot != Calendar.Name))
        {
            await using var stream = await files.OpenReadAsync(Archive.PathOf(upload.Sha256, ".json"), cancel: cancel);
            var framework = FrameworkFile.Read(stream).Framework ?? throw new StoreUnavailableException("An accepted framework file does not check any more.");
            frameworks.Add(framework.Id, framework);
        }

        Register? register = null;
        if (current.TryGetValue(Contracts.Name, out var contracts))
        {
            var calendar = current.TryGetValue(Calendar.Name, out var dates) ? (CalendarList)await uploads.CountsAsync(Calendar, dates.Version, cancel) : new CalendarList([]);
            register = new Register(frameworks.Values, (ContractList)await uploads.CountsAsync(Contracts, contracts.Version, cancel), calendar);
        }

        return _loaded = new Loaded(versions, frameworks, register, contracts?.Version ?? 0);
    }

    private sealed record Loaded(string Versions, IReadOnlyDictionary<string, Framework> Frameworks, Register? Register, int RegisterVersion);
}
