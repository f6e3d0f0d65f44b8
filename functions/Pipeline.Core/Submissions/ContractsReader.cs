using Pipeline.Core.Contracts;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;
using static System.FormattableString;

namespace Pipeline.Core.Submissions;

/// <summary><c>reference/contracts.csv</c>: the register of contracts (domain.md section 4).</summary>
internal sealed class ContractsReader(IReadOnlyDictionary<string, Framework> frameworks) : DatasetReader(Dataset.Contracts)
{
    private const int ContractColumn = 0, Provider = 1, ProviderName = 2, ServiceName = 3, ClientGroups = 4, FrameworkColumn = 5,
        AnnualValueGbp = 6,
        StartsOn = 7, EndsOn = 8, SupplierRef = 9;

    internal static ReferenceDataset Define() => new("contracts", "Register of contracts", "one term of a contract",
    [
        new("contract", "Contract", Form.Id, "The id of the contract; of a contract that changes there are several rows."),
        new("provider", "Provider", Form.Id, "The id of the provider, in small letters."),
        new("provider_name", "Provider name", Form.Text, "The provider's name, as pages show it: the same in every row of the provider."),
        new("service_name", "Service name", Form.Text, "The name of the service, as pages show it."),
        new("client_groups", "Client groups", Form.Codes, "The client groups that the contract serves."),
        new("framework", "Framework", Form.Id, "The id of the framework that the contract reports under."),
        new("annual_value_gbp", "Annual value in pounds", Form.Number, "What the contract is worth in a year, in pounds."),
        new("starts_on", "Starts on", Form.Date, "The first day of the term."),
        new("ends_on", "Ends on", Form.Date, "The last day of the term."),
        new("supplier_ref", "Supplier reference", Form.Reference, "The provider's reference in the finance system."),
    ])
    {
        Source = "domain.md section 4",
        Counts = typeof(ContractList),
        Reader = (frameworks, _) => new ContractsReader(frameworks),
        FrameworkCodes = f => [new("client_groups", f.ClientGroups)],
    };

    private readonly SortedDictionary<ContractId, List<(Term Term, long Line)>> _terms = [];
    private readonly Dictionary<ProviderId, (string Name, long Line)> _providerNames = [];

    internal override void Read(Row row)
    {
        var id = row.Id<ContractId>(ContractColumn, ContractId.TryParse);
        var provider = row.Id<ProviderId>(Provider, ProviderId.TryParse);
        bool named = row.Text(ProviderName, personalDataToo: false) & row.Text(ServiceName, personalDataToo: false);
        if (named && provider != default && !_providerNames.TryAdd(provider, (row.String(ProviderName), row.Line))
            && _providerNames[provider] is var first && first.Name != row.String(ProviderName))
            row.Report(Rules.ProviderNamedDifferently, ProviderName, Invariant($"the name on line {first.Line}"));
        var framework = ReadFramework(row);
        var groups = ReadClientGroups(row, framework);
        var value = row.Hundredths(AnnualValueGbp);
        var starts = row.Date(StartsOn);
        var ends = row.Date(EndsOn);
        if (starts.HasValue && ends.HasValue && ends.Value < starts.Value)
            row.Report(Rules.ContractEndsBeforeStart, EndsOn, "a day on or after starts_on");
        row.Reference(SupplierRef, personalDataToo: false);
        if (id == default || !starts.HasValue || !ends.HasValue)
            return;
        var term = new Term(
            id,
            provider,
            row.String(ProviderName),
            row.String(ServiceName),
            groups,
            framework?.Id ?? "",
            new Money(value.Value),
            starts.Value,
            ends.Value,
            row.String(SupplierRef));
        if (!_terms.TryGetValue(id, out var terms))
            _terms.Add(id, terms = []);
        foreach (var (other, line) in terms)
            CheckBeside(row, term, other, line);
        terms.Add((term, row.Line));
    }

    internal override FileCounts Count() =>
        new ContractList([.. _terms.Values.SelectMany(terms => terms.Select(found => found.Term).OrderBy(term => term.StartsOn))]);

    /// <summary>Two terms of a contract share no day; and no quarter, unless their provider and framework are the same.</summary>
    private static void CheckBeside(Row row, Term term, Term other, long otherLine)
    {
        var (first, second) = term.StartsOn <= other.StartsOn ? (term, other) : (other, term);
        if (first.EndsOn >= second.StartsOn)
        {
            row.Report(Rules.TermsOverlap, StartsOn, Invariant($"days that the term on line {otherLine} does not have"));
            return;
        }

        if (!Quarter.TryContaining(second.StartsOn, out var quarter) || !quarter.Contains(first.EndsOn))
            return;
        string asBefore = Invariant($"that of the term on line {otherLine}, or a first day on which a quarter begins");
        if (term.Provider != default && other.Provider != default && term.Provider != other.Provider)
            row.Report(Rules.TermChangesWithinQuarter, Provider, asBefore);
        if (term.Framework.Length > 0 && other.Framework.Length > 0 && term.Framework != other.Framework)
            row.Report(Rules.TermChangesWithinQuarter, FrameworkColumn, asBefore);
    }

    private Framework? ReadFramework(Row row)
    {
        if (row.IsBlank(FrameworkColumn))
            row.Report(Rules.ValueMissing, FrameworkColumn);
        else if (frameworks.TryGetValue(row.String(FrameworkColumn), out var framework))
            return framework;
        else
            row.ReportForm(Rules.FrameworkUnknown, FrameworkColumn,
                "one of " + string.Join(", ", frameworks.Keys.Order(StringComparer.Ordinal)));
        return null;
    }

    /// <returns>In the framework's order; empty when reported.</returns>
    private static List<string> ReadClientGroups(Row row, Framework? framework)
    {
        if (row.IsBlank(ClientGroups))
        {
            row.Report(Rules.ValueMissing, ClientGroups);
            return [];
        }

        if (framework is null)
        {
            row.ReportPersonalData(ClientGroups);
            return [];
        }

        var known = new CodeTable(framework.ClientGroups.Select(g => (g.Code, g.Title)));
        var found = new SortedSet<int>();
        var field = row[ClientGroups];
        foreach (var part in field.Split((byte)';'))
        {
            int group = known.Find(Fields.Trim(field[part]));
            if (group < 0)
                row.ReportForm(Rules.ClientGroupUnknown, ClientGroups, known.Expected);
            else if (!found.Add(group))
                row.Report(Rules.ClientGroupRepeated, ClientGroups);
        }

        return [.. found.Select(group => known.Codes[group])];
    }
}
