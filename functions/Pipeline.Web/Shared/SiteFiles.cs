using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pipeline.Steps.Pages;

namespace Pipeline.Web.Shared;

/// <summary>
/// The site's stylesheet and its script, which makes pages nicer and is never necessary. They stand in the assembly: a Functions project
/// publishes no static files.
/// </summary>
internal static class SiteFiles
{
    private static readonly byte[] Style = Encoding.UTF8.GetBytes(Page.Style + Resource("site.css"));
    private static readonly byte[] Script =
        Encoding.UTF8.GetBytes($$"""{{Resource("site.js")}}if (document.querySelector('[data-live]')) { {{Page.StatusScript}} }""");

    /// <summary>With its digest, so that a new one is never taken for the old.</summary>
    public static string StylePath { get; } = $"/assets/{DigestOf(Style)}.css";

    /// <inheritdoc cref="StylePath"/>
    public static string ScriptPath { get; } = $"/assets/{DigestOf(Script)}.js";

    public static async Task<IResult> AnswerAsync(Visit visit)
    {
        string path = visit.Http.Request.Path;
        var (content, type) = path == StylePath ? (Style, "text/css; charset=utf-8") : path == ScriptPath
            ? (Script, "text/javascript; charset=utf-8") : (null, "");
        if (content is null)
            return await Html.NotFoundAsync(visit);
        visit.Http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(content, type);
    }

    private static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..16];

    private static string Resource(string name)
    {
        using var text = new StreamReader(typeof(SiteFiles).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return text.ReadToEnd().ReplaceLineEndings("\n");
    }
}
