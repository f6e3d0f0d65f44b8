using Mono.Cecil;

namespace Pipeline.Architecture.Tests;

/// <summary>Which folder of a project may name which, read from the compiled assemblies (CONTRIBUTING.md).</summary>
public sealed class RoomsTests
{
    /// <summary>The root of a project, which everybody in it may name.</summary>
    private const string Root = "";

    private static readonly Dictionary<string, string[]> Floors = new()
    {
        ["Pipeline.Core"] = ["Findings", "Reading", "Frameworks", "Outcomes", "Contracts", "Payments", "Submissions", "Reporting"],
        ["Pipeline.Steps"] = ["Stores", "Pages", "State", "Arrivals", "Quarters", "Payments"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
        .Select(file => Path.GetFileNameWithoutExtension(file))
        .Where(name => name.StartsWith("Pipeline.", StringComparison.Ordinal) && !name.EndsWith(".Tests", StringComparison.Ordinal))
        .Append("Pipeline.Local").Order()];

    [Theory]
    [InlineData("Pipeline.Core")]
    [InlineData("Pipeline.Steps")]
    public void A_folder_names_only_the_root_and_the_folders_before_it(string project)
    {
        string[] floors = Floors[project];

        Assert.Empty(BetweenRooms(project)
            .Where(naming => naming.From != Root && naming.To != Root)
            .Where(naming => Array.IndexOf(floors, naming.To) is var to && (to < 0 || to > Array.IndexOf(floors, naming.From)))
            .Select(naming => naming.Sentence));
    }

    /// <summary>What the root wires together is in the one type that does so.</summary>
    [Theory]
    [InlineData("Pipeline.Core", null)]
    [InlineData("Pipeline.Steps", "AllSteps")]
    public void The_root_names_no_folder_but_where_everything_is_wired(string project, string? wiring) =>
        Assert.Empty(BetweenRooms(project).Where(naming => naming.From == Root && naming.Type != wiring).Select(naming => naming.Sentence));

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_names_one_that_names_it(string project)
    {
        var namings = BetweenRooms(project).Where(naming => naming.From != Root && naming.To != Root).ToList();
        var named = namings.ToLookup(naming => naming.From, naming => naming.To);

        Assert.Empty(namings.Where(naming => Reachable(naming.To).Contains(naming.From)).Select(naming => naming.Sentence));

        HashSet<string> Reachable(string room)
        {
            var reached = new HashSet<string>();
            var left = new Stack<string>([room]);
            while (left.TryPop(out string? next))
            {
                foreach (string to in named[next].Where(reached.Add))
                    left.Push(to);
            }

            return reached;
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_types_room_is_one_folder_deep(string project)
    {
        using var assembly = Assembly.Of(project);

        Assert.All(
            assembly.Namings.Select(naming => Outermost(naming.Type).Namespace).Distinct(),
            space => Assert.True(space[project.Length..].Count(c => c == '.') <= 1, space));
    }

    [Theory]
    [InlineData("Pipeline.Core")]
    [InlineData("Pipeline.Steps")]
    public void Below_the_stores_of_Azure_nothing_knows_a_cloud(string project)
    {
        using var assembly = Assembly.Of(project);

        Assert.DoesNotContain(
            assembly.References, name => name.StartsWith("Azure.", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.Azure.", StringComparison.Ordinal));
    }

    private static List<Between> BetweenRooms(string project)
    {
        using var assembly = Assembly.Of(project);
        return [.. assembly.Namings
            .Where(naming => Outermost(naming.Named).Namespace.StartsWith(project, StringComparison.Ordinal))
            .Select(naming => new Between(RoomOf(naming.Type), RoomOf(naming.Named), Outermost(naming.Type).Name,
                Outermost(naming.Named).Name))
            .Where(between => between.From != between.To)
            .Distinct()];

        string RoomOf(TypeReference type) => Outermost(type).Namespace.Length > project.Length
            ? Outermost(type).Namespace[(project.Length + 1)..].Split('.')[0] : Root;
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>That a type of one room names one of another.</summary>
    private sealed record Between(string From, string To, string Type, string Named)
    {
        public string Sentence => $"{(From == Root ? "the root" : From)}'s {Type} names {(To == Root ? "the root" : To)}'s {Named}";
    }
}
