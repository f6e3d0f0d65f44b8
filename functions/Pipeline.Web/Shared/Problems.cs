using Microsoft.AspNetCore.Http;

namespace Pipeline.Web.Shared;

/// <summary>What a program is answered whose request is not carried out: what is wrong, and what to do (RFC 9457).</summary>
internal static class Problems
{
    public static IResult NotSignedIn =>
        Of(StatusCodes.Status401Unauthorized, "Nobody is signed in.", "Sign in with your own account, and send its token.");

    /// <param name="what">Which part of the address is not known; null: it leads nowhere, or is not for whoever asks.</param>
    public static IResult NotFound(string? what = null) => Of(StatusCodes.Status404NotFound, "There is no such thing.",
        what ?? "The address may be wrong, or what it names is not yours to see. /api/openapi.json says what there is.");

    public static IResult TooLarge => Of(StatusCodes.Status413PayloadTooLarge, "The file is too large.",
        $"Up to {Uploading.LargestMegabytes} MB are taken. Send a larger file by an upload link. Nothing was taken in.");

    public static IResult FromElsewhere =>
        Of(StatusCodes.Status403Forbidden, "A page of another site asked for this.",
            "Ask from a program, or from a page of this site. Nothing was done.");

    /// <param name="why">A sentence of the step that was not taken, which says what to do.</param>
    public static IResult Refused(string why) => Of(StatusCodes.Status409Conflict, "That was not done.", why);

    public static IResult Of(int status, string title, string detail) => Results.Problem(detail, statusCode: status, title: title);
}
