using System.Text.Json.Serialization;
using System.Globalization;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Payments;
using Pipeline.Core.Submissions;
using Pipeline.Local.Workspaces;
using Pipeline.Steps.Arrivals;
using Spectre.Console;

namespace Pipeline.Local.Screen;

/// <summary>What came of a run. Its JSON is what <c>run --json</c> prints: names and shapes stay.</summary>
/// <param name="Workspace">As it was given.</param>
/// <param name="ReferenceIsSound">False: a reference file does not check or there is no register, nothing was done and the rest is
/// empty.</param>
/// <param name="Reference">The reference files with findings.</param>
/// <param name="NotChecked">The reference files that were not checked, because what they name does not check.</param>
/// <param name="Inputs">What was found and uploaded.</param>
/// <param name="Counts">How many files were taken in, by what became of them.</param>
/// <param name="Files">The files taken in.</param>
/// <param name="Quarters">The quarters that were refreshed.</param>
public sealed record RunReport(
    string Workspace,
    bool ReferenceIsSound,
    IReadOnlyList<FileFindings> Reference,
    IReadOnlyList<string> NotChecked,
    InputCounts Inputs,
    TakenInCounts Counts,
    IReadOnlyList<TakenInFile> Files,
    IReadOnlyList<QuarterSummary> Quarters)
{
    /// <summary>The receipt lists all.</summary>
    private const int ConsequencesShown = 20;

    /// <summary>
    /// The receipts of the files that are there and fit no slot, or whose contract is not the provider's, those of earlier runs among them.
    /// </summary>
    public IReadOnlyList<string> Unplaced { get; init; } = [];

    /// <summary>Whether a file was not accepted, other than a duplicate.</summary>
    public bool AnyRejected => Counts.Rejected + Counts.Quarantined + Counts.Held + Inputs.Refused.Count + Inputs.TooLarge.Count
        + Inputs.Nameless.Count > 0;

    /// <summary>Whether a file could not be read, so that it is still to be taken in.</summary>
    internal bool AnyUnreadable => Inputs.Unreadable.Count > 0;

    internal bool AnyWaiting => Inputs.Waiting.Count > 0;

    public static RunReport Refused(string workspace, ReferenceCheck reference) =>
        new(workspace, false, FindingsOf(reference), reference.NotChecked, new InputCounts(0, 0, 0, 0, [], [], [], [], []),
            new TakenInCounts(0, 0, 0, 0, 0, 0), [], []);

    internal static RunReport Of(
        string workspace, ReferenceCheck reference, InputFolders inputs, Uploaded uploaded, IReadOnlyList<TakenIn> taken,
        IEnumerable<string> unreadable, IEnumerable<string> waiting, IEnumerable<string> nameless,
        IReadOnlyList<string> unplaced, IReadOnlyList<QuarterSummary> quarters)
    {
        var words = new PathRedactor(reference.Register);
        int Count(UploadStatus status) => taken.Count(t => t.Receipt.Status == status);
        return new RunReport(
            workspace,
            true,
            FindingsOf(reference),
            [],
            new InputCounts(
                uploaded.Files, uploaded.Unchanged, inputs.Ignored, inputs.Links, [.. uploaded.Refused.Select(words.Of)],
                [.. uploaded.Unreadable.Union(unreadable).Order(StringComparer.Ordinal).Select(words.Of)],
                [.. waiting.Order(StringComparer.Ordinal).Select(words.Of)],
                [.. nameless.Except(uploaded.Refused).Select(words.Of)],
                [.. uploaded.TooLarge.Select(words.Of)]),
            new TakenInCounts(
                Count(UploadStatus.Accepted), Count(UploadStatus.Held), Count(UploadStatus.Rejected), Count(UploadStatus.Duplicate),
                Count(UploadStatus.Quarantined), taken.Sum(t => t.Receipt.RowsAccepted)),
            [.. taken.Select(TakenInFile.Of)],
            quarters)
        { Unplaced = unplaced };
    }

    internal void Print(IAnsiConsole people, ListLength length)
    {
        foreach (var file in Reference)
        {
            file.Print(people);
            people.WriteLine();
        }

        if (!ReferenceIsSound)
        {
            PrintWhatToMend(people);
            return;
        }

        PrintInputs(people, length);
        PrintUnreadable(people, length);
        PrintWaiting(people, length);
        PrintNameless(people, length);
        if (Unplaced.Count > 0)
            people.Unplaced([.. Unplaced.Select(receipt => Path.Join(Workspace, receipt))], length);
        if (Files.Count == 0 && Quarters.Count == 0)
        {
            if (!AnyUnreadable && !AnyWaiting && Inputs.Nameless.Count == 0)
                people.MarkupLine($"[green]Nothing new.[/] Everything was taken in before; see [bold]pipeline status[/].");
            return;
        }

        PrintFiles(people, length);
        foreach (var quarter in Quarters)
            Print(quarter, people, length);
        people.WriteLine();
        people.MarkupLine("Next: [bold]pipeline status[/] shows what is still to come, [bold]pipeline export DIR[/] writes the tables.");
    }

    private static IReadOnlyList<FileFindings> FindingsOf(ReferenceCheck reference) =>
        [.. reference.Files.Select(f => FileFindings.Of(f.Path, f.Check)).Where(f => f.Errors + f.Warnings > 0)];

    private void PrintWhatToMend(IAnsiConsole people)
    {
        if (NotChecked.Count > 0)
            people.MarkupLine($"Not checked, since what they name does not check: {Markup.Escape(string.Join(", ", NotChecked))}");
        people.MarkupLine(Reference.Count > 0
            ? "[red]Nothing was done.[/] Mend the reference files and run again; [bold]pipeline check FILE --reference DIR[/] checks one "
                + "by itself."
            : "[red]Nothing was done.[/] There is no register of contracts. Put reference/contracts.csv into an INPUT and run again; "
                + "[bold]pipeline template contracts[/] prints its header.");
    }

    private void PrintInputs(IAnsiConsole people, ListLength length)
    {
        string unchanged = Inputs.Unchanged == 0 ? "" : $", {OutputStyle.Count(Inputs.Unchanged, "file")} unchanged";
        people.MarkupLine($"[bold]{OutputStyle.Count(Inputs.Uploaded, "file")}[/] uploaded into {Markup.Escape(Workspace)}{unchanged}.");
        if (Inputs.Ignored > 0)
            people.MarkupLine(
                $"[grey]{OutputStyle.Count(Inputs.Ignored, "other file")} in the inputs {(Inputs.Ignored == 1 ? "belongs" : "belong")} to "
                + $"no container and {(Inputs.Ignored == 1 ? "was" : "were")} ignored.[/]");
        if (Inputs.LinksNotFollowed > 0)
            people.MarkupLine($"[grey]{OutputStyle.Count(Inputs.LinksNotFollowed, "symbolic link")} not followed.[/]");
        PrintNotUploaded(people, Rules.PathFitsNoSlot, Inputs.Refused, length);
        PrintNotUploaded(people, Rules.FileTooLarge, Inputs.TooLarge, length);
    }

    private static void PrintNotUploaded(IAnsiConsole people, Core.Findings.Rule rule, IReadOnlyList<string> files, ListLength length)
    {
        if (files.Count == 0)
            return;
        people.MarkupLine($"[bold]{rule.Id}[/] {OutputStyle.Severity("error")}  {Markup.Escape(rule.Wrong)}");
        people.Indented($"[grey]{Markup.Escape(rule.Mend)}[/]");
        length.Print(people, files, "not uploaded");
    }

    private void PrintUnreadable(IAnsiConsole people, ListLength length)
    {
        if (!AnyUnreadable)
            return;
        people.MarkupLine(
            $"[red]{OutputStyle.Count(Inputs.Unreadable.Count, "file")} could not be read.[/] See to your rights and to who else uses "
            + $"{(Inputs.Unreadable.Count == 1 ? "it" : "them")}, and give the same command again.");
        length.Print(people, Inputs.Unreadable, "not taken in");
    }

    private void PrintWaiting(IAnsiConsole people, ListLength length)
    {
        if (!AnyWaiting)
            return;
        people.MarkupLine(
            $"[red]{OutputStyle.Count(Inputs.Waiting.Count, "file")} could not be taken in yet[/], since finance has a payment run that "
            + "the tables do not know, as after restoring older tables, or has paid by a register that is not in force any more. Next: "
            + "[bold]pipeline repair[/], or where the register is held [bold]pipeline changes[/], then the same command again.");
        length.Print(people, Inputs.Waiting, "waits");
    }

    private void PrintNameless(IAnsiConsole people, ListLength length)
    {
        if (Inputs.Nameless.Count == 0)
            return;
        people.MarkupLine(
            $"[red]{OutputStyle.Count(Inputs.Nameless.Count, "name")} in the workspace {(Inputs.Nameless.Count == 1 ? "is" : "are")} not "
            + $"readable text (UTF-8).[/] Rename what has {(Inputs.Nameless.Count == 1 ? "it" : "them")}, and give the same command again.");
        length.Print(people, Inputs.Nameless, "not taken in");
    }

    private void PrintFiles(IAnsiConsole people, ListLength length)
    {
        people.Heading("Files taken in");
        people.MarkupLine(
            $"  {OutputStyle.Number(Counts.Accepted),6}  {OutputStyle.State("accepted")}, {OutputStyle.Count(Counts.RowsAccepted, "row")}");
        foreach (var (count, status) in new[] { (Counts.Held, UploadStatus.Held), (Counts.Rejected, UploadStatus.Rejected),
            (Counts.Quarantined, UploadStatus.Quarantined), (Counts.Duplicates, UploadStatus.Duplicate) })
        {
            if (count > 0)
                people.MarkupLine($"  {OutputStyle.Number(count),6}  {OutputStyle.State(status.Word())}");
        }

        var wrong = Files.Where(f => f.Status is "rejected" or "quarantined").ToList();
        foreach (var file in length.Of(wrong))
        {
            people.WriteLine();
            people.MarkupLine(
                $"{OutputStyle.State(file.Status)}  [bold]{Markup.Escape(file.Place)}[/]: {OutputStyle.Count(file.Errors, "error")} "
                + $"{string.Join(", ", file.Rules)}");
            people.Unbroken($"          receipt {Path.Join(Workspace, file.Receipt)}");
        }

        length.PrintRest(people, wrong.Count);
        foreach (var file in Files)
        {
            PrintConsequences(file, people);
            PrintSuppliers(file, people);
        }
    }

    /// <summary>Nor is it changed to whom money goes.</summary>
    private static void PrintSuppliers(TakenInFile file, IAnsiConsole people)
    {
        if (file.Suppliers is not { } moved)
            return;
        people.WriteLine();
        people.Unbroken($"{file.Place}: money goes to another supplier from now on, for {OutputStyle.Count(moved.Count, "contract")}.");
        foreach (var change in moved.Take(ConsequencesShown))
            people.Unbroken($"          {change.Contract} {change}");
        if (moved.Count > ConsequencesShown)
            people.Unbroken($"          and {OutputStyle.Number(moved.Count - ConsequencesShown)} more");
    }

    /// <summary>What was released or closed is not changed without a word.</summary>
    private void PrintConsequences(TakenInFile file, IAnsiConsole people)
    {
        var settled = (file.Consequences ?? []).Where(change => change.TouchesWhatWasSettled).ToList();
        if (settled.Count == 0)
            return;
        people.WriteLine();
        people.Unbroken(
            $"Held: {file.Place} would change what was released or closed, and the next payment run would take back "
            + $"{settled.Select(change => change.TakenBack).Sum()}.");
        foreach (var change in settled.Take(ConsequencesShown))
        {
            people.Unbroken(string.Create(
                CultureInfo.InvariantCulture,
                $"          {change.Quarter} {change.Contract}: {change.EarnedBefore} earned now, {change.EarnedAfter} with it, "
                + $"{change.Released} released{(change.IsDropped ? "; it would be in the register no more" : "")}{(change.IsClosed ? "; the quarter is closed" : "")}"));
        }

        if (settled.Count > ConsequencesShown)
            people.Unbroken($"          and {OutputStyle.Number(settled.Count - ConsequencesShown)} more");
        people.Unbroken($"          receipt {Path.Join(Workspace, file.Receipt)}");
        people.MarkupLine("          It waits for a named person: see [bold]pipeline changes[/].");
    }

    private static void Print(QuarterSummary quarter, IAnsiConsole people, ListLength length)
    {
        people.Heading(quarter.Quarter.ToString());
        PrintReturns(quarter, people, length);

        var outcomes = OutputStyle.Table("Outcome", ">Need", ">Fully met", ">Part met", ">Not met", ">Open");
        bool isOneFramework = quarter.Outcomes.Select(o => o.Framework).Distinct().Count() == 1;
        foreach (var framework in quarter.Outcomes.GroupBy(o => o.Framework))
        {
            if (!isOneFramework)
                outcomes.AddRow($"[grey]{Markup.Escape(framework.Key)}[/]", "", "", "", "", "");
            foreach (var o in framework)
                outcomes.AddRow(Markup.Escape(o.Title), OutputStyle.Number(o.Need), OutputStyle.Number(o.FullyMet),
                    OutputStyle.Number(o.PartMet), OutputStyle.Number(o.NotMet), OutputStyle.Number(o.Open));
        }

        if (quarter.Outcomes.Count > 0)
            people.Write(outcomes);

        bool anyUnallocated = quarter.Contracts.Any(c => c.UnallocatedPence > 0);
        var contracts = OutputStyle.Table(["Contract", "Service", ">Core", ">Available", ">Earned",
            .. anyUnallocated ? [">Unallocated"] : Array.Empty<string>()]);
        void AddRow(string contract, string service, IReadOnlyList<ContractSum> sums) => contracts.AddRow([
            contract, Markup.Escape(service), OutputStyle.Pounds(sums.Sum(c => c.CorePence)),
            OutputStyle.Pounds(sums.Sum(c => c.AvailablePence)), OutputStyle.Pounds(sums.Sum(c => c.EarnedPence)),
            .. anyUnallocated ? [OutputStyle.Pounds(sums.Sum(c => c.UnallocatedPence))] : Array.Empty<string>()]);
        foreach (var contract in length.Of(quarter.Contracts))
            AddRow(contract.Contract.ToString(), contract.ServiceName, [contract]);
        if (quarter.Contracts.Count > 1)
        {
            contracts.AddEmptyRow();
            AddRow("[bold]All[/]", "", quarter.Contracts);
        }

        if (quarter.Contracts.Count == 0)
            return;
        people.Write(contracts);
        length.PrintRest(people, quarter.Contracts.Count);
        people.MarkupLine("[grey]  Available and earned are by outcomes, beside the core payment.[/]");
    }

    private static void PrintReturns(QuarterSummary quarter, IAnsiConsole people, ListLength length)
    {
        var states = quarter.Contracts.SelectMany(c => c.Returns).CountBy(r => r.State).ToDictionary();
        people.MarkupLine("Returns: " + string.Join(", ",
            ReturnStates.All.Where(states.ContainsKey).Select(state => $"{OutputStyle.Number(states[state])} {OutputStyle.State(state)}")));
        foreach (string state in ReturnStates.ToChase)
        {
            var toChase =
                quarter.Contracts.Select(c => new { Id = c.Contract, Datasets = c.Returns.Where(r => r.State == state)
                    .Select(r => r.Dataset).ToList() }).Where(c => c.Datasets.Count > 0).ToList();
            foreach (var contract in length.Of(toChase))
                people.MarkupLine(
                    $"  {OutputStyle.State(state)} {contract.Id}: "
                    + $"{(contract.Datasets.Count == Dataset.Returns.Count ? "everything" : string.Join(", ", contract.Datasets))}");
            length.PrintRest(people, toChase.Count);
        }
    }
}

/// <param name="Uploaded">Files new in the workspace, or other than before.</param>
/// <param name="Unchanged">Files whose bytes were there already.</param>
/// <param name="Ignored">Files that are in none of the containers, and pipes and devices.</param>
/// <param name="LinksNotFollowed">Symbolic links.</param>
/// <param name="Refused">Where the files are whose paths the store refuses; words that the pipeline does not know are left out.</param>
/// <param name="Unreadable">Where the files are that could not be read, in an input or in the workspace; words that the pipeline does not
/// know are left out.</param>
/// <param name="Waiting">Where the files are that are taken in after a repair of the tables.</param>
/// <param name="Nameless">Where the files and folders of the workspace are whose names are no text; words that the pipeline does not know
/// are left out.</param>
/// <param name="TooLarge">Where the files are that are over the size limit: they were neither read nor copied.</param>
public sealed record InputCounts(long Uploaded, long Unchanged, long Ignored, long LinksNotFollowed, IReadOnlyList<string> Refused,
    IReadOnlyList<string> Unreadable, IReadOnlyList<string> Waiting, IReadOnlyList<string> Nameless,
    IReadOnlyList<string> TooLarge);

public sealed record TakenInCounts(long Accepted, long Held, long Rejected, long Duplicates, long Quarantined, long RowsAccepted);

/// <param name="Place">What the file is for, or about where it was found.</param>
/// <param name="Version">In its slot; 0 for a file that fits none.</param>
/// <param name="Rules">The rules that it breaks.</param>
/// <param name="Receipt">The path of its receipt in the workspace.</param>
public sealed record TakenInFile(string Place, int Version, string Status, long Rows, long Errors, long Warnings,
    IReadOnlyList<string> Rules, string Receipt)
{
    /// <summary>Of an accepted register, framework or file of decisions, what it changes in money; null when that is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Consequence>? Consequences { get; init; }

    /// <summary>Of an accepted register, the contracts that are paid to another supplier than before; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RegisterChange>? Suppliers { get; init; }

    internal static TakenInFile Of(TakenIn taken) => new(
        taken.Slot is null ? taken.Receipt.FileName : taken.Receipt.Slot,
        taken.Receipt.Version,
        taken.Receipt.Status.Word(),
        taken.Receipt.RowsRead,
        taken.Receipt.Errors,
        taken.Receipt.Warnings,
        [.. taken.Receipt.Summary.Select(r => r.Rule)],
        taken.ReceiptPath)
    {
        Consequences = taken.Receipt.Consequences,
        Suppliers = taken.Receipt is { Status: UploadStatus.Accepted, RegisterChanges: { } changes }
            && changes.Where(change => change.SupplierAfter is not null).ToList() is { Count: > 0 } moved ? moved : null,
    };
}
