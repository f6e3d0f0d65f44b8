using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary>
/// <c>reference/people.csv</c>: which signed-in person acts for which provider. Nobody outside the council sees anything without a row
/// here.
/// </summary>
internal sealed class PeopleReader() : DatasetReader(Dataset.People)
{
    private const int Person = 0, Role = 1, Provider = 2;

    private static readonly CodeTable Roles = new(["provider"]);

    internal static ReferenceDataset Define() => new("people", "People", "a person who acts for a provider",
    [
        new("person", "Person", Form.Id, "The object id of the account that the person signs in with."),
        new("role", "Role", Form.Code, "What the person does for the provider."),
        new("provider", "Provider", Form.Id, "Whom the person acts for, as in the register."),
    ])
    {
        Source = "domain.md section 4",
        Counts = typeof(PeopleList),
        FixedCodes = [new ColumnCodes("role", null, [new Coded("provider", "")])],
        Reader = (_, _) => new PeopleReader(),
    };

    private readonly HashSet<PersonOfProvider> _people = [];

    internal override void Read(Row row)
    {
        var person = row.Id<Guid>(Person, (string? text, out Guid id) => Guid.TryParseExact(text, "D", out id));
        var role = row.Code(Role, Roles);
        var provider = row.Id<ProviderId>(Provider, ProviderId.TryParse);
        if (person != Guid.Empty && role.HasValue && provider != default)
            _people.Add(new PersonOfProvider(person, provider));
    }

    internal override FileCounts Count() => new PeopleList([.. _people.OrderBy(p => p.Provider).ThenBy(p => p.Person)]);
}

/// <summary>Who acts for whom.</summary>
public sealed record PeopleList(IReadOnlyList<PersonOfProvider> People) : FileCounts
{
    public static readonly PeopleList None = new([]);

    /// <param name="person">The object id of an account.</param>
    public IEnumerable<ProviderId> ProvidersOf(Guid person) => People.Where(p => p.Person == person).Select(p => p.Provider);
}

/// <param name="Person">The object id of an account.</param>
/// <param name="Provider">Whom the person acts for.</param>
public sealed record PersonOfProvider(Guid Person, ProviderId Provider);
