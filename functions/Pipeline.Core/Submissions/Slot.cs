using System.Text.RegularExpressions;

namespace Pipeline.Core.Submissions;

/// <summary>What a file is for, as its place says (domain.md section 2).</summary>
public abstract partial record Slot
{
    private Slot() { }

    /// <summary>What a provider sends for a contract and quarter: a dataset, or the workbook of all.</summary>
    public abstract record OfContract(ProviderId Provider, ContractId Contract, Quarter Quarter) : Slot
    {
        public override string Folder => $"submissions/{Provider}/{Contract}/{Quarter}/";

        public override string ReceiptFolder => $"receipts/{Provider}/{Contract}/{Quarter}/{Name}/";

        public override Quarter? OfQuarter => Quarter;

        public override string Partition => PartitionOf(Provider, Contract, Quarter);

        /// <summary>Of every slot that a provider has for a contract and quarter; what another sent for them stands elsewhere.</summary>
        public static string PartitionOf(ProviderId provider, ContractId contract, Quarter quarter) => $"{quarter}|{contract}|{provider}";
    }

    /// <summary>What a provider returns for a contract and quarter.</summary>
    public sealed record Return(ProviderId Provider, ContractId Contract, Quarter Quarter, ReturnDataset Dataset)
        : OfContract(Provider, Contract, Quarter)
    {
        public override string Name => Dataset.Name;

        public override int Precedence => 3;
    }

    /// <summary>
    /// The workbook of a whole return (domain.md section 3): each filled sheet is an upload to its dataset's slot, and only a workbook
    /// without any is one to this.
    /// </summary>
    public sealed record Workbook(ProviderId Provider, ContractId Contract, Quarter Quarter) : OfContract(Provider, Contract, Quarter)
    {
        public override string Name => FileName.Return;

        // It is for several slots, whose own files come first.
        public override int Precedence => 4;

        /// <summary>What the sheet of a dataset is for.</summary>
        public Return Of(ReturnDataset dataset) => new(Provider, Contract, Quarter, dataset);
    }

    /// <summary>The commissioner's decisions or checks for a quarter.</summary>
    public sealed record Review(Quarter Quarter, ReviewDataset Dataset) : Slot
    {
        public override string Name => Dataset.Name;

        public override string Folder => $"reviews/{Quarter}/";

        public override string ReceiptFolder => $"receipts/reviews/{Quarter}/{Name}/";

        public override Quarter? OfQuarter => Quarter;

        public override string Partition => CommonPartition(Quarter);

        public override int Precedence => 5;
    }

    /// <summary>Finance's confirmations of a quarter's payments.</summary>
    public sealed record Confirmations(Quarter Quarter) : Slot
    {
        public override string Name => Submissions.Dataset.Confirmations.Name;

        public override string Folder => $"confirmations/{Quarter}/";

        public override string ReceiptFolder => $"receipts/confirmations/{Quarter}/";

        public override Quarter? OfQuarter => Quarter;

        public override string Partition => CommonPartition(Quarter);

        public override int Precedence => 6;
    }

    /// <summary>The register of contracts, the calendar, or the rules of publication.</summary>
    public sealed record Reference(ReferenceDataset Dataset) : Slot
    {
        public override string Name => Dataset.Name;

        public override string Folder => "reference/";

        public override string ReceiptFolder => $"receipts/reference/{Name}/";

        public override Quarter? OfQuarter => null;

        public override string Partition => ReferencePartition;

        public override int Precedence => Dataset == Submissions.Dataset.Contracts ? 1 : 2;
    }

    /// <summary>A framework file, under its id.</summary>
    public sealed record Framework(string Id) : Slot
    {
        public override string Name => "framework-" + Id;

        public override string Folder => "reference/frameworks/";

        public override string ReceiptFolder => $"receipts/reference/{Name}/";

        public override Quarter? OfQuarter => null;

        public override string Partition => ReferencePartition;

        public override int Precedence => 0;
    }

    /// <summary>The dataset, or what stands for it; no other slot of the same folder has it.</summary>
    public abstract string Name { get; }

    /// <summary>Where its files arrive, with the final <c>/</c>.</summary>
    public abstract string Folder { get; }

    /// <summary>Where its receipts go, with the final <c>/</c>.</summary>
    public abstract string ReceiptFolder { get; }

    /// <summary>The quarter that its files are for; null of reference files, which are for all.</summary>
    public abstract Quarter? OfQuarter { get; }

    /// <summary>Names what its versions are kept together with; no two slots of one name have the same.</summary>
    public abstract string Partition { get; }

    /// <summary>
    /// What must be finished before what, least first: contracts name frameworks, the calendar names contracts, and everything else is
    /// checked against all three.
    /// </summary>
    public abstract int Precedence { get; }

    /// <summary>Of the reference files.</summary>
    public const string ReferencePartition = "reference";

    /// <summary>Of what is for a quarter and no one contract's.</summary>
    public static string CommonPartition(Quarter quarter) => $"{quarter}|-";

    /// <summary>
    /// What may be published of a file's name: all of it when what its sender added is numbers and a few plain words, as in
    /// <c>outcomes-2-final.csv</c>. Anything else could be a name, so that <c>outcomes-….csv</c> stands for it.
    /// </summary>
    public string PublishedName(string fileName) =>
        this is Reference or Framework || FileName.IsPlain(fileName) ? fileName : $"{Name}-…{Path.GetExtension(fileName)}";

    /// <summary>Where receipts of files go that fit no slot, with the final <c>/</c>.</summary>
    public const string UnplacedReceipts = "receipts/_unplaced/";

    /// <summary>
    /// Of a file that fits no slot: which part of its path is another than is expected, as the end of a sentence, without what stands
    /// there; null where nobody can say.
    /// </summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="isFolderRight">Whether its folder is known to be that of a contract and its provider, so that it can be named.</param>
    public static string? ExpectedAt(string path, bool isFolderRight = false) => path.Split('/') switch
    {
        ["submissions", var provider, var contract, var quarter, var name] when Folders(provider, contract, quarter) is not null =>
            NamesOf<ReturnDataset>(name) + (isFolderRight ? $"; it goes to submissions/{provider}/{contract}/{quarter}/" : ""),
        ["submissions", var provider, var contract, var quarter, _] => "for " + string.Join(", and for ", new[]
        {
            ProviderId.TryParse(provider, out _) ? null : "the folder of the provider its id in small letters, such as acme",
            ContractId.TryParse(contract, out _) ? null : "the folder of the contract its id, such as HL-001",
            Quarter.TryParse(quarter, out _) ? null : "the folder of the quarter a name such as 2025-26-Q1, which is April to June 2025",
        }.OfType<string>()),
        ["submissions", ..] => "a folder for the provider, in it one for the contract, in it one for the quarter, and the file in that",
        ["reviews" or "confirmations", var quarter, _] when !Quarter.TryParse(quarter, out _) =>
            "for the folder of the quarter a name such as 2025-26-Q1, which is April to June 2025",
        ["reviews", var quarter, var name] when Quarter.TryParse(quarter, out _) => NamesOf<ReviewDataset>(name),
        ["reference", var name] => NamesOf<ReferenceDataset>(name),
        _ => null,
    };

    /// <summary>
    /// Whose folder a file stands in that fits no slot because of its name alone, and where receipts for that folder go; else null.
    /// </summary>
    public static (ProviderId Provider, ContractId Contract, Quarter Quarter, string ReceiptFolder)? FolderAt(string path) =>
        path.Split('/') is ["submissions", var provider, var contract, var quarter, _] ? Folders(provider, contract, quarter) : null;

    private static (ProviderId Provider, ContractId Contract, Quarter Quarter, string ReceiptFolder)? Folders(string provider,
        string contract, string quarter) =>
        ProviderId.TryParse(provider, out var p) && ContractId.TryParse(contract, out var c) && Quarter.TryParse(quarter, out var q)
            ? (p, c, q, $"receipts/{p}/{c}/{q}/{UnplacedIn}")
            : null;

    private const string UnplacedIn = "_unplaced/";

    /// <summary>The folder whose receipts of files that fit no slot go to a folder: the other way round.</summary>
    public static string FolderOfUnplaced(string receiptFolder) => $"submissions{receiptFolder["receipts".Length..^UnplacedIn.Length]}";

    private static string NamesOf<T>(string name)
        where T : Dataset =>
        FileName.Meant<T>(name) is { } meant
            ? $"the name {meant}.csv{(meant is ReturnDataset ? $", or {meant}.xlsx of an Excel workbook" : "")}"
            : "one of the names " + string.Join(", ", Dataset.All.OfType<T>().Select(d => $"{d}.csv"))
                + (typeof(T) == typeof(ReturnDataset) ? $", or {FileName.Return}.xlsx of a workbook with a sheet for each" : "");

    /// <summary>The slot of a file at a path; null when it fits none.</summary>
    public static Slot? At(string path)
    {
        string[] parts = path.Split('/');
        string file = parts[^1];
        return parts switch
        {
            ["submissions", var provider, var contract, var quarter, _]
                when ProviderId.TryParse(provider, out var p) && ContractId.TryParse(contract, out var c)
                    && Quarter.TryParse(quarter, out var q)
                    && FileName.DatasetOf<ReturnDataset>(file) is { } dataset => new Return(p, c, q, dataset),
            ["submissions", var provider, var contract, var quarter, _]
                when ProviderId.TryParse(provider, out var p) && ContractId.TryParse(contract, out var c)
                    && Quarter.TryParse(quarter, out var q)
                    && FileName.IsReturn(file) => new Workbook(p, c, q),
            ["reviews", var quarter, _]
                when Quarter.TryParse(quarter, out var q) && FileName.DatasetOf<ReviewDataset>(file) is { } dataset =>
                    new Review(q, dataset),
            ["confirmations", var quarter, _] when Quarter.TryParse(quarter, out var q) && FileName.IsCsv(file) => new Confirmations(q),
            ["reference", _]
                when Dataset.All.OfType<ReferenceDataset>().FirstOrDefault(d => d.Name + ".csv" == file) is { } dataset =>
                    new Reference(dataset),
            ["reference", "frameworks", _] when FrameworkName().Match(file) is { Success: true } match =>
                new Framework(match.Groups[1].Value),
            _ => null,
        };
    }

    [GeneratedRegex(@"\A([a-z0-9][a-z0-9-]{0,30})\.json\z")]
    private static partial Regex FrameworkName();
}
