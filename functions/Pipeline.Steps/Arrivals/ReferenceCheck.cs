using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// The reference files as they would be, collected from wherever they are: a later one takes the place of an earlier one at the same path.
/// A host checks them together before it writes anything, since a register or framework that does not check stops the run
/// (docs/what-happens.md).
/// </summary>
public sealed class ReferenceFiles
{
    private readonly SortedDictionary<string, Func<CancellationToken, Task<Stream>>> _files = new(StringComparer.Ordinal);

    /// <summary>Starts with the frameworks that come with the pipeline.</summary>
    public ReferenceFiles()
    {
        foreach (string id in DeliveredFrameworks.Ids)
            Put(PathOf(id), _ => Task.FromResult(DeliveredFrameworks.Open(id)));
    }

    /// <summary>
    /// Puts the frameworks that come with the pipeline where they are missing; a commissioner's own version of one stays.
    /// </summary>
    /// <exception cref="StoreException">Those that are missing still can be put another time.</exception>
    public static async Task PutDeliveredAsync(IFileStore store, CancellationToken cancel = default)
    {
        foreach (string id in DeliveredFrameworks.Ids)
        {
            if (await store.StatAsync(PathOf(id), cancel) is null)
                await PutAsync(store, id, cancel);
        }
    }

    /// <summary>The same where the files have been listed.</summary>
    /// <param name="store">Where they are put.</param>
    /// <param name="there">The paths of the reference files.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The paths of those that were put.</returns>
    internal static async Task<IReadOnlyList<string>> PutDeliveredAsync(
        IFileStore store, IReadOnlySet<string> there, CancellationToken cancel)
    {
        var missing = DeliveredFrameworks.Ids.Where(id => !there.Contains(PathOf(id))).ToList();
        foreach (string id in missing)
            await PutAsync(store, id, cancel);
        return [.. missing.Select(PathOf)];
    }

    private static async Task PutAsync(IFileStore store, string id, CancellationToken cancel)
    {
        await using var json = DeliveredFrameworks.Open(id);
        try
        {
            await store.CreateAsync(PathOf(id), json, cancel);
        }
        catch (StoreAlreadyExistsException)
        {
            // Somebody put theirs in this moment.
        }
    }

    /// <summary>Adds a file; one that is no reference file is passed over.</summary>
    /// <param name="path">Container and name, as it would be in the store.</param>
    /// <param name="open">Opens it from its start, as often as asked.</param>
    public void Put(string path, Func<CancellationToken, Task<Stream>> open)
    {
        if (Slot.At(path) is Slot.Reference or Slot.Framework)
            _files[path] = open;
    }

    /// <summary>Adds the reference files of a store.</summary>
    /// <exception cref="StoreException">They could not be listed.</exception>
    public async Task PutAsync(IFileStore store, CancellationToken cancel = default)
    {
        await foreach (var file in store.ListAsync("reference/", cancel))
            Put(file.Path, cancelled => store.OpenReadAsync(file.Path, cancel: cancelled));
    }

    private static string PathOf(string framework) => $"reference/frameworks/{framework}.json";

    /// <summary>
    /// Checks them as taking them in would: frameworks, then the contracts that name them, then the calendar that names contracts.
    /// </summary>
    /// <param name="sizeLimit">Bytes.</param>
    /// <param name="ever">Contracts that an accepted register held. A calendar that names one is right: a register that lost it is held
    /// where it was paid, and one that ended it leaves its days standing.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<ReferenceCheck> CheckAsync(long sizeLimit = FileCheck.DefaultSizeLimit, IReadOnlySet<ContractId>? ever = null,
        CancellationToken cancel = default)
    {
        var files = new List<CheckedReferenceFile>();
        var frameworks = new Dictionary<string, Framework>();
        Register? register = null;

        foreach (var (path, open) in _files.Where(f => Slot.At(f.Key) is Slot.Framework))
        {
            if (!(await CheckAsync(path)).IsAccepted)
                continue;
            await using var json = await open(cancel);
            var framework = FrameworkFile.Read(json).Framework!;
            frameworks.Add(framework.Id, framework);
        }

        if (await CheckedAsync<ContractList>("reference/contracts.csv") is { } contracts)
        {
            register = new Register(frameworks.Values, contracts, new CalendarList([]));
            if (await CheckedAsync<CalendarList>("reference/calendar.csv") is { } calendar)
                register = new Register(frameworks.Values, contracts, calendar);
        }

        // They name nothing that another file holds.
        foreach (string path in new[] { "reference/publication.csv", "reference/people.csv", "reference/council.csv" }.Where(
            _files.ContainsKey))
            await CheckAsync(path);
        return new ReferenceCheck(files, [.. _files.Keys.Except(files.Select(f => f.Path))], frameworks, register);

        // What names something that does not check would only be reported for that.
        async Task<T?> CheckedAsync<T>(string path)
            where T : FileCounts =>
            _files.ContainsKey(path) && files.All(f => f.Check.IsAccepted) ? (T?)(await CheckAsync(path)).Counts : null;

        async Task<CheckedFile> CheckAsync(string path)
        {
            var slot = Slot.At(path)!;
            await using var bytes = await _files[path](cancel);
            // Only returns are ever late, so the day does not matter here.
            var against = new UploadCheck(frameworks, register, DateOnly.MinValue, sizeLimit);
            var check = (ever is null ? against : against with { EverRegistered = ever }).Run(slot, path[slot.Folder.Length..], bytes);
            files.Add(new CheckedReferenceFile(path, check));
            return check;
        }
    }
}

/// <param name="Path">Container and name.</param>
public sealed record CheckedReferenceFile(string Path, CheckedFile Check);

/// <param name="Files">What was checked, in the order in which it was.</param>
/// <param name="NotChecked">The paths that were not, because what they name does not check.</param>
/// <param name="Frameworks">Those that check, by id.</param>
/// <param name="Register">Null when there is no register of contracts, or it does not check.</param>
public sealed record ReferenceCheck(
    IReadOnlyList<CheckedReferenceFile> Files, IReadOnlyList<string> NotChecked, IReadOnlyDictionary<string, Framework> Frameworks,
    Register? Register)
{
    /// <summary>Whether every file checks and there is a register of contracts.</summary>
    public bool IsSound => Register is not null && Files.All(f => f.Check.IsAccepted);
}
