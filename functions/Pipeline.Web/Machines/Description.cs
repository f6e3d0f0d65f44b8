using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Machines;

/// <summary>The description of the interface for machines (OpenAPI 3.1), made of the routes themselves.</summary>
internal static class Description
{
    public const string Path = "/api/openapi.json";

    /// <summary>Of the document, within the app.</summary>
    public const string Name = "machines";

    private static readonly MethodInfo Nothing = ((RequestDelegate)(_ => Task.CompletedTask)).Method;

    public static IServiceCollection AddDescription(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<ForMachines>().Any();
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
                { Title = "Outcomes Pipeline", Version = "1", Description =
                    "What people do by pages, for programs. Money is in pence. What is refused is answered with a problem (RFC 9457) that "
                    + "says what to do." };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var about = context.Description.ActionDescriptor.EndpointMetadata.OfType<ForMachines>().First();
            operation.OperationId = about.Id;
            operation.Summary = about.Summary;
            operation.Tags = null;
            operation.Parameters =
            [
                .. PartsOf(context.Description.RelativePath!)
                    .Select(part => new OpenApiParameter { Name = part, In = ParameterLocation.Path, Required = true,
                        Schema = Text, Description = SaysOf(part) }),
                .. about.Query.Select(asked => new OpenApiParameter
                    { Name = asked.Name, In = ParameterLocation.Query, Schema = Text, Description = asked.Says }),
            ];
            return Task.CompletedTask;
        });
    });

    /// <summary>Lets the description find a route.</summary>
    public static void Describe(IEndpointConventionBuilder endpoint, ForMachines about)
    {
        endpoint.WithMetadata(Nothing, about,
            new ProducesResponseTypeMetadata(about.Answer is null ? StatusCodes.Status200OK : StatusCodes.Status200OK,
                about.Answer ?? typeof(void), about.Answer is null ? [] : ["application/json"]));
        if (about.Body.Count > 0)
            endpoint.WithMetadata(new AcceptsMetadata([.. about.Body], typeof(Stream), isOptional: false));
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status404NotFound,
            typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"]));
    }

    private static OpenApiSchema Text => new() { Type = JsonSchemaType.String };

    private static IEnumerable<string> PartsOf(string path) =>
        path.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]);

    private static string SaysOf(string part) => part switch
    {
        "quarter" => "A quarter of the financial year, such as 2025-26-Q1.",
        "provider" => "A provider's id.",
        "contract" => "A contract's id.",
        "dataset" => "outcomes, referrals, evidence, hours, social-value, quality, incidents or feedback.",
        "number" => "The number of a run in its quarter, or of a held change.",
        "name" => "contracts, calendar, publication, people, council, or framework- and the id of one.",
        "person" => "The number of an account, such as 11111111-2222-3333-4444-555555555555.",
        _ => "",
    };
}
