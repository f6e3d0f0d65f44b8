using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Infra.Tests.Tools;

/// <summary>The resources that a deployment would make. Names are without the token that makes them unique.</summary>
internal sealed class Deployment(IReadOnlyList<Resource> resources, IReadOnlyList<string> outputs)
{
    public const string Subscription = "11111111-1111-1111-1111-111111111111";
    public const string Tenant = "22222222-2222-2222-2222-222222222222";

    /// <param name="snapshot">What <c>bicep snapshot</c> writes.</param>
    public static Deployment Parse(string snapshot)
    {
        using var raw = JsonDocument.Parse(snapshot);
        Assert.Empty(raw.RootElement.GetProperty("diagnostics").EnumerateArray());
        // The group's tag tells nothing of the token; the identity of the app has it at its end.
        string? token = Regex.Match(snapshot, @"id-pipeline-([a-z0-9]{13})""").Groups[1].Value is { Length: > 0 } found ? found : null;
        string named = token is null
            ? snapshot
            : snapshot.Replace("-" + token, "", StringComparison.Ordinal).Replace(token, "", StringComparison.Ordinal);
        var json = JsonDocument.Parse(named).RootElement;
        return new(
            [.. json.GetProperty("predictedResources").EnumerateArray().Select(r => new Resource(r))],
            json.TryGetProperty("outputs", out var outputs) ? [.. outputs.EnumerateObject().Select(o => o.Name)] : []);
    }

    public IReadOnlyList<Resource> Resources => resources;

    /// <summary>The names of what the template puts out.</summary>
    public IReadOnlyList<string> Outputs => outputs;

    public IReadOnlyList<Resource> Of(string type) => [.. resources.Where(r => r.Type == type)];

    /// <summary>The one of its type with this name: the last part of it.</summary>
    public Resource One(string type, string name) => Assert.Single(Of(type), r => r.Name == name);

    /// <summary>Who has which role on what.</summary>
    public IReadOnlyList<Grant> Grants => [.. Of("Microsoft.Authorization/roleAssignments").Select(r => r.Grant)];
}

/// <summary>A role of one principal on one resource.</summary>
/// <param name="Principal">A resource's name where it is an identity's, else the object id.</param>
/// <param name="Role">The id of its definition.</param>
/// <param name="Scope">The account, with <c>/container</c> where it is on one alone.</param>
internal sealed record Grant(string Principal, string PrincipalType, string Role, string Scope);

internal sealed class Resource(JsonElement json)
{
    private JsonElement Json { get; } = json;

    public override string ToString() => $"{Type} {Name}";

    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>The last part of the resource's name.</summary>
    public string Name => Json.GetProperty("name").GetString()!.Split('/')[^1];

    /// <summary>The parts of its name before the last: the resources that it is in.</summary>
    public string Parent => Json.GetProperty("name").GetString()! is var name && name.Contains('/', StringComparison.Ordinal)
        ? name[..name.LastIndexOf('/')]
        : "";

    /// <summary>The value at a path of names and numbers, such as <c>properties.sku.name</c>.</summary>
    public JsonElement this[string path] => At(path) ?? throw new KeyNotFoundException($"{Name} has no {path}.");

    public string? Text(string path) => At(path)?.ToString();

    /// <summary>Null where there is none.</summary>
    public JsonElement? At(string path)
    {
        var at = Json;
        foreach (string name in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        }

        return at;
    }

    public Grant Grant
    {
        get
        {
            // The id is an expression where the principal is known only when it is made; its first path is the scope.
            string id = Json.GetProperty("id").GetString()!;
            string scope = Regex.Match(id, @"/subscriptions/[^']*?(?=/providers/Microsoft\.Authorization|')").Value;
            string principal = this["properties.principalId"].GetString()!;
            var of = Regex.Match(principal, @"^\[reference\('[^']*/([^'/]+)'");
            return new(
                of.Success ? of.Groups[1].Value : principal,
                this["properties.principalType"].GetString()!,
                this["properties.roleDefinitionId"].GetString()!.Split('/')[^1],
                Regex.Replace(
                    scope, @"^.*/providers/Microsoft\.[A-Za-z]+/[A-Za-z]+/|(?<=/)(blob|queue)Services/default/(containers|queues)/", ""));
        }
    }
}
