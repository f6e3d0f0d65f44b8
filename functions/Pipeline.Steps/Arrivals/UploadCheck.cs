using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.Arrivals;

/// <summary>
/// Checks a file for its slot. The findings are the same whoever asks: taking in, a provider before uploading, or a host before it writes
/// anything.
/// </summary>
/// <param name="Frameworks">By id.</param>
/// <param name="Register">Null while there is none.</param>
/// <param name="Today">In Europe/London, the day on which the file is, or would be, taken in.</param>
/// <param name="SizeLimit">Bytes.</param>
public sealed record UploadCheck(IReadOnlyDictionary<string, Framework> Frameworks, Register? Register, DateOnly Today,
    long SizeLimit = FileCheck.DefaultSizeLimit)
{
    /// <summary>Whether the slot's quarter is closed.</summary>
    public bool IsClosed { get; init; }

    /// <summary>The released payments of the slot's quarter by id.</summary>
    public IReadOnlyDictionary<string, ConfirmablePayment> Payments { get; init; } = new Dictionary<string, ConfirmablePayment>();

    /// <summary>Contracts that an accepted register held, whether or not <see cref="Register"/> does.</summary>
    public IReadOnlySet<ContractId> EverRegistered { get; init; } = new HashSet<ContractId>();

    /// <summary>
    /// Why a file is quarantined unread, so that the slots of others are left as they are; null when it is where it belongs.
    /// </summary>
    public Rule? Misplaced(Slot? slot) => slot switch
    {
        null => Rules.PathFitsNoSlot,
        Slot.OfContract when Register is null => Rules.NoRegister,
        Slot.OfContract at when Register!.Find(at.Contract, at.Quarter)?.Provider != at.Provider => Rules.ContractNotTheProviders,
        _ => null,
    };

    /// <summary>
    /// Whether the quarter of a slot has begun, with a day's grace: before that nothing is taken in for it. What is of no quarter may
    /// always come.
    /// </summary>
    public bool HasBegun(Slot slot) => slot.OfQuarter is not { } quarter || quarter.FirstDay <= Today.AddDays(1);

    /// <summary>The day on which a return is due; null of what is no return, and when the calendar does not say.</summary>
    public DateOnly? DueOn(Slot slot) => slot is Slot.Return at ? Register?.Due(at.Quarter, at.Contract)?.DueOn : null;

    /// <summary>Whether a file is refused from its length, before a byte of it is read (domain.md section 3).</summary>
    public bool IsOverLimit(FileStat file) => file.Length > SizeLimit;

    /// <summary>What the scan for malware refuses the file for; null where it found nothing, or nothing is scanned.</summary>
    public Rule? Scanned { get; init; }

    /// <summary>Why a file is refused before a byte of it is read; null when it may be read.</summary>
    public Finding? RefusedUnread(FileStat file) => Scanned is { } rule ? new Finding(rule, 0) : IsOverLimit(file) ? OverLimit : null;

    /// <summary>What is said of a file over the limit.</summary>
    private Finding OverLimit =>
        new(Rules.FileTooLarge, 0, Expected: string.Create(CultureInfo.InvariantCulture,
            $"at most {SizeLimit} bytes; this file was neither read nor kept"));

    /// <summary>The check of a file that is refused unread, by its name alone.</summary>
    public static CheckedFile RunUnread(Finding refused, string fileName)
    {
        var check = new CheckedFile(0, new FindingList(), null);
        check.Findings.Add(refused);
        return PersonalData.IsIn(fileName) ? With(check, Rules.PersonalFileName) : check;
    }

    /// <param name="slot">Not a misplaced one.</param>
    /// <param name="fileName">Its name in the slot's folder.</param>
    /// <param name="bytes">The file from its start; left open. A workbook's can seek.</param>
    /// <param name="rowsRead">Told now and then how many rows were read so far.</param>
    /// <param name="sheet">Of the workbook of a return; null of any other file.</param>
    public CheckedFile Run(Slot slot, string fileName, Stream bytes, IProgress<long>? rowsRead = null, SheetChoice? sheet = null)
    {
        var check = slot switch
        {
            Slot.Framework at => new CheckedFile(0, FrameworkFile.Read(bytes, at.Id).Findings, null),
            Slot.Reference at => Read(bytes, at.Dataset.Reader(Frameworks, IsContract), rowsRead),
            _ when Register is null => Refused(Rules.NoRegister),
            _ when !HasBegun(slot) => Refused(Rules.QuarterNotBegun),
            Slot.Return at => Return(at, fileName, Register, bytes, rowsRead, sheet),
            Slot.Review at => Read(bytes, at.Dataset.Reader(Register, at.Quarter).UpTo(Today), rowsRead),
            _ => Read(bytes, Dataset.Confirmations.Reader(Payments, Today), rowsRead),
        };
        return PersonalData.IsIn(fileName) ? With(check, Rules.PersonalFileName) : check;
    }

    /// <summary>Checks each filled sheet of a return's workbook for its own slot.</summary>
    /// <param name="at">Not a misplaced one.</param>
    /// <param name="fileName">Its name in the slot's folder.</param>
    /// <param name="workbook">The file, which can seek; left open.</param>
    /// <param name="rowsRead">Told now and then how many rows of a sheet were read so far.</param>
    /// <returns>In the order of the datasets; of a workbook that is refused as a whole, itself.</returns>
    public IReadOnlyList<(Slot Slot, CheckedFile Check)> RunSheets(Slot.Workbook at, string fileName, Stream workbook,
        IProgress<long>? rowsRead = null)
    {
        var (sheets, findings) = FileCheck.SheetsOf(workbook, Dataset.Returns);
        if (findings.Errors > 0)
            return [(at, new CheckedFile(0, findings, null))];
        List<(Slot Slot, CheckedFile Check)> checks =
            [.. sheets.Select(sheet => (Slot: (Slot)at.Of(Dataset.Returns.First(d => d.Name == sheet.Dataset)), Sheet: sheet))
                .Select(each => (each.Slot, Run(each.Slot, fileName, workbook, rowsRead, each.Sheet)))];
        // The workbook is kept as a whole, and one with something about a person in it in no archive.
        if (checks.Any(sheet => sheet.Check.Findings.HasPersonalData))
        {
            foreach (var (_, check) in checks.Where(sheet => !sheet.Check.Findings.HasPersonalData))
                With(check, Rules.PersonalDataInWorkbook);
        }

        return checks;
    }

    /// <summary>Of how many rows on it is told that most of them are gone.</summary>
    private const int ManyRows = 10;

    /// <summary>
    /// Warns of a return that is accepted with no rows, or far fewer than counted until now, as when an untouched template or a part of the
    /// file is sent: what was reported would be gone without a word.
    /// </summary>
    /// <param name="check">Gets the warning.</param>
    /// <param name="current">The version that counts until now; null when none does.</param>
    public static void NoteFewerRows(CheckedFile check, Upload? current)
    {
        if (!check.IsAccepted || current is null)
            return;
        if (check.Rows == 0 && current.Rows > 0)
            check.Findings.Add(new Finding(Rules.NilInPlaceOfRows, 0, Expected: string.Create(CultureInfo.InvariantCulture,
                $"rows, as in version {current.Version}, which has {current.Rows}")));
        else if (current.Rows >= ManyRows && check.Rows < current.Rows - check.Rows)
            check.Findings.Add(new Finding(Rules.FarFewerRows, 0, Expected: string.Create(CultureInfo.InvariantCulture,
                $"about as many rows as in version {current.Version}, which has {current.Rows}; this file has {check.Rows}")));
    }

    private CheckedFile Return(Slot.Return at, string fileName, Register register, Stream bytes, IProgress<long>? rowsRead,
        SheetChoice? sheet)
    {
        var contract = register.Find(at.Contract, at.Quarter)!;
        if (!contract.IsActive)
            return Refused(Rules.ContractNotActive);
        var reader = at.Dataset.Reader(register.FrameworkOf(contract), contract, at.Quarter).UpTo(Today);
        var check = FileName.IsWorkbook(fileName)
            ? FileCheck.CheckWorkbook(bytes, reader, SizeLimit, rowsRead, sheet) : Read(bytes, reader, rowsRead);
        var due = register.Due(at.Quarter, at.Contract);
        if (IsClosed && !(due?.ExtendedTo >= Today))
            return With(check, Rules.QuarterClosed);
        return due is not null && Today > due.DueOn ? With(check, Rules.Late) : check;
    }

    private bool IsContract(ContractId contract) => Register?.Holds(contract) == true || EverRegistered.Contains(contract);

    private CheckedFile Read(Stream bytes, DatasetReader reader, IProgress<long>? rowsRead) =>
        FileCheck.Check(bytes, reader, SizeLimit, rowsRead);

    private static CheckedFile Refused(Rule rule) => With(new CheckedFile(0, new FindingList(), null), rule);

    private static CheckedFile With(CheckedFile check, Rule rule)
    {
        check.Findings.Add(new Finding(rule, 0));
        return check;
    }
}
