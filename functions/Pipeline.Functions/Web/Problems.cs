using Microsoft.AspNetCore.Http;

namespace Pipeline.Functions.Web;

/// <summary>What a request is answered that is not carried out: what is wrong, and what to do.</summary>
internal static class Problems
{
    public static IResult StorageIsDown => Of(
        StatusCodes.Status503ServiceUnavailable, "Storage does not answer.",
        "Try again in a minute. Nothing is lost: what took effect stays, and is not done twice.");

    public static IResult Failed => Of(
        StatusCodes.Status500InternalServerError, "That failed.",
        "Tell the engineer on call, who finds it in the log by the time. Nothing is lost: what took effect stays, and is not done twice.");

    /// <summary>It is the engineer who can mend it, and nobody who signs in once more.</summary>
    public static IResult SignInNotChecked => Of(
        StatusCodes.Status500InternalServerError,
        "Nobody checks who signs in to this app, so nobody can act.",
        "Engineer: turn on authentication for the app, as authsettingsV2 in infra/modules/app.bicep does, and take away any app setting "
        + "WEBSITE_AUTH_ENABLED: App Service sets it. For trying it out on one machine, local.settings.json has it.");

    public static IResult Of(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
