using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Web.Machines;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web;

/// <summary>The site, the same in each of its hosts (docs/decisions/22-one-site-in-two-hosts.md).</summary>
public static class Site
{
    /// <summary>
    /// The largest upload of a page, in bytes: the host on Azure holds a request in memory. Larger files go by a provider's link.
    /// </summary>
    public const int LargestUpload = Uploading.Largest;

    /// <summary>The largest request: the largest upload and what surrounds it.</summary>
    public const int LargestRequest = LargestUpload + (1 << 20);

    /// <summary>What the site needs beside an <see cref="ISiteHost"/>.</summary>
    public static IServiceCollection AddSite(this IServiceCollection services)
    {
        services.AddRouting().AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "pipeline-form";
            forms.Cookie.HttpOnly = true;
            forms.Cookie.SameSite = SameSiteMode.Strict;
            // On one machine there is no certificate.
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forms.SuppressXFrameOptionsHeader = true;
        });
        services.AddDataProtection().SetApplicationName("outcomes-pipeline");
        services.AddOptions<KeyManagementOptions>()
            .Configure<ISiteHost>((keys, host) => keys.XmlRepository = new FormKeys(host.Steps.Files));
        // Nothing of an upload is written to a disk on its way.
        services.Configure<FormOptions>(form =>
        {
            form.MemoryBufferThreshold = LargestRequest;
            form.MultipartBodyLengthLimit = LargestUpload;
            // A file that is looked at before it counts stands in the page as text.
            form.ValueLengthLimit = LargestUpload;
            form.ValueCountLimit = 20_000;
        });
        return services.AddDescription();
    }

    /// <summary>Answers every request by the site's routes.</summary>
    public static IApplicationBuilder UseSite(this IApplicationBuilder app)
    {
        var host = app.ApplicationServices.GetRequiredService<ISiteHost>();
        var failures = new Failures(host.Clock);
        var guard = new Guard(host, failures);
        return app.Use(guard.AnswerAsync).UseRouting().UseEndpoints(endpoints =>
        {
            foreach (var route in SiteRoutes.All)
            {
                var endpoint = endpoints.MapMethods(route.Pattern, route.Method == "GET" && route.Machines is null
                    ? ["GET", "HEAD"] : [route.Method], (RequestDelegate)(http => AnswerAsync(http, host, failures, route)));
                if (route.Machines is { } about)
                    Description.Describe(endpoint, about);
            }
        });
    }

    private static async Task AnswerAsync(HttpContext http, ISiteHost host, Failures failures, SiteRoute route)
    {
        // Who may look at a public page is not asked who they are, so that it works when the sign-in does not.
        var person = await host.SignIn.PersonAsync(http);
        if (person is not null)
            http.User = person.ToClaims();
        var visit = new Visit(http, host, person);
        if (route.Answer != SiteFiles.AnswerAsync && failures.WaitOf(Guard.PersonOf(http), Guard.AddressOf(http, host)) is { } wait)
        {
            http.Response.Headers.RetryAfter =
                ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            const string Title = "Too much was refused", Detail =
                "Too many requests of yours were refused one after the other. Wait five minutes, and start again. If you did not try that, "
                + "tell the administrator.";
            var answer = route.Machines is not null
                ? Problems.Of(StatusCodes.Status429TooManyRequests, Title, Detail)
                : await Html.ProblemAsync(visit, StatusCodes.Status429TooManyRequests, Title, Detail);
            await answer.ExecuteAsync(http);
            return;
        }

        await (await AnswerAsync(visit, route)).ExecuteAsync(http);
    }

    private static async Task<IResult> AnswerAsync(Visit visit, SiteRoute route)
    {
        var request = visit.Http.Request;
        if (route.Machines is not null)
            return await AnswerMachineAsync(visit, route);
        if (visit.Asking is null && !route.Access.IsForAnybody)
            return Html.SeeOther(visit.Host.SignIn.SignInPath(route.Method == "GET" ? request.Path + request.QueryString : "/"));
        if (!route.Access.Allows(visit.Asking))
            return await Html.ProblemAsync(visit, StatusCodes.Status403Forbidden, "Your account may not do this",
                $"This is for the role {string.Join(" or ", route.Access.Roles.Select(role => role.Word()))}. Ask the administrator for it "
                + "if it should be yours.");
        if (visit.Asking is { } person && !route.Access.AllowsProvider(person, (string?)visit.Http.GetRouteValue("provider")))
            return await Html.NotFoundAsync(visit);
        if (route.Method == "POST")
        {
            if (request.ContentLength > LargestRequest)
                return await Guard.TooLargeAsync(visit);
            await visit.Http.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(visit.Http);
        }

        return await route.Answer(visit);
    }

    private static async Task<IResult> AnswerMachineAsync(Visit visit, SiteRoute route)
    {
        var request = visit.Http.Request;
        // Browsers say where a page comes from that asks for something to be done; programs do not.
        if (route.Method != "GET" && request.Headers.Origin.ToString() is { Length: > 0 } origin
            && origin != $"{request.Scheme}://{request.Host}")
            return Problems.FromElsewhere;
        if (visit.Asking is null && !route.Access.IsForAnybody)
            return Problems.NotSignedIn;
        if (!route.Access.Allows(visit.Asking))
            return Problems.Of(StatusCodes.Status403Forbidden, "Your account may not do this.",
                $"Ask for the role {string.Join(" or ", route.Access.Roles.Select(role => role.Word()))}.");
        if (visit.Asking is { } person && !route.Access.AllowsProvider(person, (string?)visit.Http.GetRouteValue("provider")))
            return Problems.NotFound();
        return request.ContentLength > LargestRequest ? Problems.TooLarge : await route.Answer(visit);
    }
}
