using System.CommandLine;
using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using Pipeline.Local.Screen;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Pages;
using Spectre.Console;

namespace Pipeline.Local.Commands;

/// <summary><c>check</c>: what taking a file in would find, before it is uploaded.</summary>
internal static class CheckCommand
{
    public static Command Create(CommandOutput screen)
    {
        var file = new Argument<string>("FILE") { Description = "The file to check." };
        var contract = new Option<string>("--contract") { Description = "The contract it is for.", HelpName = "C" };
        var quarter = new Option<string>("--quarter") { Description = "The quarter it is for, such as 2025-26-Q1.", HelpName = "Q" };
        var dataset = new Option<string>("--dataset")
            { Description = "What is in it: one of " + string.Join(", ", Dataset.All) + ".", HelpName = "D" };
        dataset.CompletionSources.Add([.. Dataset.All.Select(d => d.Name)]);
        var reference = new Option<string>("--reference")
            { Description = "The folder with contracts.csv, and calendar.csv, publication.csv and frameworks/ if there are any.",
                HelpName = "DIR" };
        var framework = new Option<string>("--framework")
            { Description = "Without --reference: the framework to check it against, or a framework file.", HelpName = "ID|FILE" };
        var byRow = new Option<bool>("--by-row") { Description = "List what is found in the order of the rows, not by rule." };
        var json = CommonOptions.Json();
        var today = CommonOptions.Today();
        var command = new PipelineCommand(
            "check",
            "Checks one file as taking it in would, and changes nothing. Exits with 1 when it has errors.",
            example: "pipeline check outcomes.csv --contract HL-001 --quarter 2025-26-Q1 --dataset outcomes --reference reference",
            details: """
            Contract, quarter and dataset may be left out where the file's path gives them, as in
            submissions/acme/HL-001/2025-26-Q1/outcomes.csv.

            Without the register of contracts, pipeline check outcomes.csv --framework performance checks all that
            depends on the file and the framework alone. The quarter is then the last that has ended, if none is given.
            A framework that does not come with the pipeline is given by its file: --framework our-framework.json.

            Of return.xlsx every filled sheet is checked.
            """)
        {
            file, contract, quarter, dataset, reference, framework, byRow, json, today,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string path = parsed.GetRequiredValue(file);
            if (Directory.Exists(path))
                throw new WrongUseException("FILE is a folder. Give one of the files in it.");
            if (!File.Exists(path))
                throw new WrongUseException("There is no such FILE.");
            var known = new Asked(parsed.GetValue(contract), parsed.GetValue(quarter), parsed.GetValue(dataset));
            var clock = parsed.GetValue(today) ?? TimeProvider.System;
            string? folder = parsed.GetValue(reference), id = parsed.GetValue(framework);
            if (folder is null && id is null)
                throw new WrongUseException(
                    "Add --framework ID to check the file by itself, or --reference DIR to check it against the register of contracts too.");
            var found = await WorkProgress.ShowAsync(
                parsed.GetValue(json) ? null : screen,
                progress => folder is null
                    ? ByItselfAsync(path, known, id!, clock, progress, cancel) : RunAsync(path, known, folder, clock, progress, cancel));
            if (parsed.GetValue(json))
                screen.Json<object>(found is [{ IsOfReturn: false } only] ? only : new ReturnFindings(found));
            else
                Print(found, screen.People, parsed.GetValue(byRow));
            return found.Any(of => of.Errors > 0) ? Exit.Rejected : Exit.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<FileFindings> found, IAnsiConsole people, bool byRow)
    {
        foreach (var file in found)
        {
            if (file != found[0])
                people.WriteLine();
            file.Print(people, byRow);
        }

        if (found is [{ IsOfReturn: true }, ..] && found.All(file => file.Errors == 0)
            && Dataset.Returns.Where(d => found.All(file => file.Dataset != d.Name)).ToList() is { Count: > 0 } others)
            people.MarkupLine($"[grey]Without rows, so that nothing is returned by this workbook: {string.Join(", ", others)}.[/]");
    }

    private static async Task<IReadOnlyList<FileFindings>> RunAsync(string file, Asked asked, string folder, TimeProvider clock,
        WorkProgress progress, CancellationToken cancel)
    {
        var placed = PlaceOf(file);
        var files = ReferenceIn(folder);
        string? ownPath = asked.ReferencePathOf(placed);
        if (ownPath is not null)
            files.Put(ownPath, _ => Task.FromResult<Stream>(Open(file)));
        var reference = await files.CheckAsync(cancel: cancel);
        string fileName = Path.GetFileName(file);
        if (reference.Files.FirstOrDefault(f => f.Path == ownPath) is { } own)
            return [Named(FileFindings.Of(own.Path, own.Check), own.Path,
                isSo: own.Path.EndsWith("/" + fileName, StringComparison.Ordinal))];
        if (!reference.IsSound)
            throw new WrongUseException(WhatToMend(reference, folder));

        var today = LondonDay.Of(clock.GetUtcNow());
        var slot = asked.SlotOf(placed, fileName, reference.Register!);
        var against = new UploadCheck(reference.Frameworks, reference.Register, today);
        string name = slot.Folder + slot.Name;
        if (against.Misplaced(slot) is { } misplaced)
        {
            var findings = new FindingList();
            findings.Add(new Finding(misplaced, 0));
            return [FileFindings.Of(name, new CheckedFile(0, findings, null))];
        }

        var checks = await RunAsync(against, slot, file, name, progress, cancel);
        return
        [
            .. checks.Select(check => Named(
                Told(FileFindings.Of(check.Slot.Folder + check.Slot.Name, check.Check), check, slot, against, today),
                name + (FileName.IsWorkbook(fileName) ? ".xlsx" : ".csv"),
                isSo: Slot.At(slot.Folder + fileName) == slot)),
        ];
    }

    /// <summary>One check, or of a return's workbook one for each filled sheet.</summary>
    private static async Task<IReadOnlyList<(Slot Slot, CheckedFile Check)>> RunAsync(UploadCheck against, Slot slot, string file,
        string name, WorkProgress progress, CancellationToken cancel)
    {
        await using var bytes = Open(file);
        progress.Expect(name, file);
        progress.BeginReading("Checking");
        var rows = new RowsOf(name, progress);
        return await Task.Run(
            () => slot is Slot.Workbook workbook
                ? against.RunSheets(workbook, Path.GetFileName(file), bytes, rows)
                : [(slot, against.Run(slot, Path.GetFileName(file), bytes, rows))],
            cancel);
    }

    /// <summary>Adds to what was found what it counts for and when it is due.</summary>
    private static FileFindings Told(FileFindings found, (Slot Slot, CheckedFile Check) check, Slot whole, UploadCheck against,
        DateOnly today) =>
        found with
        {
            IsOfReturn = whole is Slot.Workbook,
            Dataset = check.Slot.Name,
            IsNilReturn = check.Slot is Slot.Return && check.Check.IsNilReturn,
            CountsFor = check.Slot is Slot.Return at && against.Register!.Find(at.Contract, at.Quarter) is { } contract
                ? CountsText.Of(check.Check.Counts ?? check.Check.CountsSoFar, against.Register.FrameworkOf(contract))
                : null,
            DueOn = against.DueOn(check.Slot),
            DaysLeft = against.DueOn(check.Slot)?.DayNumber - today.DayNumber,
        };

    /// <summary>
    /// Checks a file against a framework alone, as if its contract served every client group and were active all the quarter.
    /// </summary>
    private static async Task<IReadOnlyList<FileFindings>> ByItselfAsync(
        string file, Asked asked, string framework, TimeProvider clock, WorkProgress progress, CancellationToken cancel)
    {
        var known = await FrameworkAsync(framework, cancel);
        var today = LondonDay.Of(clock.GetUtcNow());
        var placed = PlaceOf(file);
        var quarter = asked.QuarterOf(placed, Quarter.TryContaining(today, out var current) ? current.Previous : null);
        var contract = ContractId.Parse("contract");
        var provider = ProviderId.Parse("provider");
        string fileName = Path.GetFileName(file);
        Slot slot = asked.IsReturn(fileName)
            ? new Slot.Workbook(provider, contract, quarter)
            : new Slot.Return(provider, contract, quarter,
                asked.ReturnIn(placed, fileName));
        var term = new Term(
            contract, provider, "", "", [.. known.ClientGroups.Select(g => g.Code)], known.Id, new Money(0), quarter.FirstDay,
            quarter.LastDay, "");
        var against = new UploadCheck(
            new Dictionary<string, Framework> { [known.Id] = known }, new Register([known], new ContractList([term]), new CalendarList([])),
            today);
        var checks = await RunAsync(against, slot, file, $"{slot.Name}, {quarter}", progress, cancel);
        // Of a quarter that nobody named it cannot be said that a day lies outside it.
        bool isAssumed = asked.Quarter is null && placed?.OfQuarter is null;
        if (isAssumed)
        {
            foreach (var (_, check) in checks)
                check.Findings.Remove(Rules.OfQuarter);
        }

        return
        [
            .. checks.Select(check => Told(FileFindings.Of($"{check.Slot.Name}, {quarter}", check.Check), check, slot, against, today) with
            {
                NotChecked =
                    "whether the contract is active, serves each client group, and is in time. With --reference DIR that is checked too."
                    + (isAssumed ? $" Nor whether its days lie in the quarter: {quarter} was assumed. With --quarter Q that is, too." : ""),
            }),
        ];
    }

    /// <summary>A framework that comes with the pipeline, by its id, or any by its file.</summary>
    private static async Task<Framework> FrameworkAsync(string idOrFile, CancellationToken cancel)
    {
        var delivered = (await new ReferenceFiles().CheckAsync(cancel: cancel)).Frameworks;
        if (delivered.TryGetValue(idOrFile, out var known))
            return known;
        if (!File.Exists(idOrFile))
            throw new WrongUseException(
                $"There is no framework of this id, and no file. Known are: "
                + $"{string.Join(", ", delivered.Keys.Order(StringComparer.Ordinal))}.");
        await using var json = Open(idOrFile);
        var read = FrameworkFile.Read(json);
        return read.Framework
            ?? throw new WrongUseException(
                $"The framework file does not check, so nothing can be checked against it. {FileFindings.InSentences(read.Findings)}");
    }

    /// <param name="found">What was found in it.</param>
    /// <param name="path">Where to upload it.</param>
    /// <param name="isSo">Whether its own name says what it is.</param>
    private static FileFindings Named(FileFindings found, string path, bool isSo) =>
        isSo || found.Errors > 0 ? found : found with { UploadAs = path };

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>What the end of the file's path says that it is for; null when it says nothing.</summary>
    private static Slot? PlaceOf(string file)
    {
        string[] parts = Path.GetFullPath(file).Split(Path.DirectorySeparatorChar);
        return Enumerable.Range(2, 4).Where(n => n <= parts.Length).Select(n => Slot.At(string.Join('/', parts[^n..])))
            .FirstOrDefault(slot => slot is not null);
    }

    /// <param name="folder">Laid out as <c>reference/</c> is.</param>
    private static ReferenceFiles ReferenceIn(string folder)
    {
        if (!Directory.Exists(folder))
            throw new WrongUseException($"There is no folder {folder}. Give the one that holds contracts.csv.");
        var files = new ReferenceFiles();
        foreach (string file in Directory.EnumerateFiles(folder))
            files.Put($"reference/{Path.GetFileName(file)}", _ => Task.FromResult<Stream>(Open(file)));
        if (Path.Join(folder, "frameworks") is var frameworks && !Directory.Exists(frameworks))
            return files;
        foreach (string file in Directory.EnumerateFiles(frameworks))
            files.Put($"reference/frameworks/{Path.GetFileName(file)}", _ => Task.FromResult<Stream>(Open(file)));
        return files;
    }

    private static string WhatToMend(ReferenceCheck reference, string folder) =>
        reference.Files.FirstOrDefault(f => !f.Check.IsAccepted) is { } broken
            ? $"{broken.Path} does not check, so nothing can be checked against it. See: pipeline check "
                + $"{Path.Join(folder, broken.Path["reference/".Length..])} {DatasetOption(broken.Path)}--reference {folder}"
            : $"There is no contracts.csv in {folder}. Give the folder that holds the register of contracts.";

    private static string DatasetOption(string path) => Slot.At(path) is Slot.Reference at ? $"--dataset {at.Dataset} " : "";

    /// <summary>What the options say that the file is for.</summary>
    private sealed record Asked(string? Contract, string? Quarter, string? Dataset)
    {
        /// <summary>Of nobody's: where a name alone says what is in a file.</summary>
        private const string InAnyFolder = "submissions/provider/contract/2025-26-Q1/";

        /// <summary>The place of a reference file; null for any other.</summary>
        public string? ReferencePathOf(Slot? placed) => (Dataset is null ? null : Core.Submissions.Dataset.Find(Dataset)) switch
        {
            ReferenceDataset dataset => $"reference/{dataset}.csv",
            null when Dataset is null && placed is Slot.Reference at => $"reference/{at.Dataset}.csv",
            null when Dataset is null && placed is Slot.Framework at => $"reference/frameworks/{at.Id}.json",
            _ => null,
        };

        /// <summary>Whether the file is the workbook of a whole return.</summary>
        public bool IsReturn(string fileName) => Dataset is null && FileName.IsReturn(fileName);

        /// <param name="placed">What the path says, for what the options leave out.</param>
        /// <param name="fileName">The last of it.</param>
        /// <param name="register">Knows whose the contract is.</param>
        public Slot SlotOf(Slot? placed, string fileName, Register register)
        {
            if (IsReturn(fileName))
            {
                var (provider, contract, quarter) = HolderOf(placed, register);
                return new Slot.Workbook(provider, contract, quarter);
            }

            var dataset = (Dataset is null ? DatasetOf(placed, fileName) : Core.Submissions.Dataset.Find(Dataset))
                ?? throw new WrongUseException($"--dataset takes one of {string.Join(", ", Core.Submissions.Dataset.All)}.");
            return dataset switch
            {
                // They are checked against payments, which no folder of reference files holds.
                ConfirmationsDataset => throw new WrongUseException(
                    "Confirmations are checked against the payments of a workspace. Take them in with: pipeline run INPUT"),
                ReviewDataset review => new Slot.Review(QuarterOf(placed), review),
                ReturnDataset returned => ReturnOf(placed, register, returned),
                _ => throw new InvalidOperationException("Reference files are checked with what they refer to."),
            };
        }

        private Slot.Return ReturnOf(Slot? placed, Register register, ReturnDataset dataset)
        {
            var (provider, contract, quarter) = HolderOf(placed, register);
            return new Slot.Return(provider, contract, quarter, dataset);
        }

        private (ProviderId Provider, ContractId Contract, Quarter Quarter) HolderOf(Slot? placed, Register register)
        {
            if (Contract is null)
            {
                return placed is Slot.OfContract at
                    ? (at.Provider, at.Contract, QuarterOf(placed))
                    : throw new WrongUseException("The path does not say which contract the file is for. Add --contract"
                        + $"{(Quarter is null && placed?.OfQuarter is null ? " and --quarter" : "")}.");
            }

            var quarter = QuarterOf(placed);
            var contract = ContractId.TryParse(Contract, out var id) ? register.Find(id, quarter) : null;
            return contract is null
                ? throw new WrongUseException(
                    $"The register holds no contract of this id. It holds: "
                    + $"{string.Join(", ", register.Terms.Select(term => term.Contract).Distinct().Take(20))}.")
                : (contract.Provider, contract.Id, quarter);
        }

        /// <summary>The dataset, which only a provider returns.</summary>
        public ReturnDataset ReturnIn(Slot? placed, string fileName) =>
            (Dataset is null ? DatasetOf(placed, fileName) : Core.Submissions.Dataset.Find(Dataset)) as ReturnDataset
            ?? throw new WrongUseException(
                $"--dataset takes one of {string.Join(", ", Core.Submissions.Dataset.Returns)} here; the others need --reference.");

        /// <param name="placed">What the path says.</param>
        /// <param name="otherwise">When nothing says it; null: it must be said.</param>
        public Quarter QuarterOf(Slot? placed, Quarter? otherwise = null)
        {
            if (Quarter is not null)
                return Core.Quarter.TryParse(Quarter, out var quarter)
                    ? quarter : throw new WrongUseException("--quarter takes a quarter of a financial year such as 2025-26-Q1.");
            return placed?.OfQuarter ?? otherwise
                ?? throw new WrongUseException("The path does not say which quarter the file is for. Add --quarter.");
        }

        private static Dataset DatasetOf(Slot? placed, string fileName) => (placed ?? Slot.At(InAnyFolder + fileName)) switch
        {
            Slot.Return at => at.Dataset,
            Slot.Review at => at.Dataset,
            Slot.Confirmations => Core.Submissions.Dataset.Confirmations,
            _ => throw new WrongUseException(
                $"The path does not say what is in the file, as {Slot.ExpectedAt(InAnyFolder + fileName)} would. Add --dataset."),
        };
    }
}
