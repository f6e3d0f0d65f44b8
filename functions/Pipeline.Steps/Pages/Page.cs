using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.Web.HtmlRendering;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pipeline.Steps.Pages;

/// <summary>
/// Makes a page of a component and what it shows: one file of static HTML that holds its style and asks for nothing else. The same content
/// makes the same bytes.
/// </summary>
public static class Page
{
    private static readonly ByConstructor NoServices = new();

    /// <summary>Most pages are receipts, and these are smaller.</summary>
    private const int UsualBytes = 12 * 1024;

    private const int MostKept = 1024 * 1024;

    [ThreadStatic]
    private static MemoryStream? _room;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The one stylesheet.</summary>
    public static string Style { get; } = Resource("pages.css");

    /// <summary>
    /// What the browser may use: this very style, and nothing else. A script would not run even if one came in with a name.
    /// </summary>
    internal static string Policy { get; } =
        $"default-src 'none'; style-src {HashOf(Style)}; img-src data:; base-uri 'none'; form-action 'none'";

    /// <summary>Asks for the status page again and again. No other page has a script, and this one says the same without it.</summary>
    public static string StatusScript { get; } = Resource("status.js");

    /// <summary>What the status page may do besides: run this very script, which asks the server that it came from.</summary>
    public static string StatusScriptPolicy { get; } = $"script-src {HashOf(StatusScript)}; connect-src 'self'";

    /// <summary>A receipt as its sender sees it.</summary>
    public static Task<byte[]> OfAsync(ReceiptContent content) => RenderAsync<ReceiptPage, ReceiptContent>(content);

    /// <summary>What a contract reported, earned and was paid in a quarter.</summary>
    public static Task<byte[]> OfAsync(StatementContent content) => RenderAsync<StatementPage, StatementContent>(content);

    /// <summary>In place of the statement of a provider who does not have the contract any more.</summary>
    public static Task<byte[]> OfAsync(FormerStatementContent content) => RenderAsync<FormerStatementPage, FormerStatementContent>(content);

    /// <summary>A quarter of the programme.</summary>
    public static Task<byte[]> OfAsync(ReportContent content) => RenderAsync<ReportPage, ReportContent>(content);

    /// <summary>A framework of a quarter, by itself.</summary>
    public static Task<byte[]> OfAsync(FrameworkContent content) => RenderAsync<FrameworkPage, FrameworkContent>(content);

    /// <summary>Some of a quarter's contracts, one by one.</summary>
    public static Task<byte[]> OfAsync(ContractsContent content) => RenderAsync<ContractsPage, ContractsContent>(content);

    /// <summary>In place of a page of contracts that there are no longer enough for.</summary>
    public static Task<byte[]> OfAsync(NoContractsContent content) => RenderAsync<NoContractsPage, NoContractsContent>(content);

    /// <summary>What may be said of a quarter in public.</summary>
    public static Task<byte[]> OfAsync(PublicContent content) => RenderAsync<PublicPage, PublicContent>(content);

    /// <summary>The way to every quarter's report.</summary>
    public static Task<byte[]> OfAsync(IndexContent content) => RenderAsync<IndexPage, IndexContent>(content);

    /// <summary>The way to every page of a workspace.</summary>
    public static Task<byte[]> OfAsync(FrontContent content) => RenderAsync<FrontPage, FrontContent>(content);

    /// <summary>What is being taken in right now.</summary>
    public static Task<byte[]> OfAsync(StatusContent content) => RenderAsync<StatusPage, StatusContent>(content);

    /// <summary>The parts of a statement that tell what was paid, by themselves.</summary>
    public static Task<byte[]> OfAsync(PaidContent content) => RenderAsync<PaidPart, PaidContent>(content);

    /// <summary>The parts of a page of contracts that tell what was released to each, by themselves.</summary>
    public static Task<byte[]> OfAsync(ReleasedContent content) => RenderAsync<ReleasedPart, ReleasedContent>(content);

    /// <summary>Writes a page on which each of these parts stands in the place of the one of its name.</summary>
    /// <param name="page">As it was made.</param>
    /// <param name="parts">Made by themselves, in the order of the page.</param>
    /// <param name="made">No longer than both together.</param>
    /// <returns>False when the page does not hold them all, as one that an older version of the code made.</returns>
    public static bool TryPutParts(ReadOnlySpan<byte> page, ReadOnlySpan<byte> parts, Stream made)
    {
        while (parts.IndexOf(PartBegins) is >= 0 and var begins)
        {
            parts = parts[begins..];
            // No text that a page shows holds the beginning or the end of a part, since it is encoded.
            var name = parts[..(parts.IndexOf(CommentEnds) + CommentEnds.Length)];
            int from = page.IndexOf(name), length = from < 0 ? -1 : page[from..].IndexOf(PartEnds);
            if (length < 0)
                return false;
            int end = parts.IndexOf(PartEnds);
            made.Write(page[..from]);
            made.Write(parts[..end]);
            page = page[(from + length)..];
            parts = parts[end..];
        }

        made.Write(page);
        return true;
    }

    internal static string BeginningOf(string part) => $"<!--part {part}-->";

    internal const string EndOfPart = "<!--/part-->";

    private static ReadOnlySpan<byte> PartBegins => "<!--part "u8;

    private static ReadOnlySpan<byte> CommentEnds => "-->"u8;

    private static ReadOnlySpan<byte> PartEnds => "<!--/part-->"u8;

    private static Task<byte[]> RenderAsync<TPage, TContent>(TContent content)
        where TPage : IComponent => RenderAsync<TPage>(new Dictionary<string, object?> { ["Content"] = content });

    /// <summary>Any component as static HTML.</summary>
    /// <param name="parameters">Of the component.</param>
    public static async Task<byte[]> RenderAsync<TPage>(IDictionary<string, object?> parameters)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(NoServices, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var page = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters));
            return HtmlOf(page);
        });
    }

    /// <summary>Made in a room that its thread uses again, since a refresh makes thousands of pages.</summary>
    private static byte[] HtmlOf(HtmlRootComponent page)
    {
        // Taken out until it is empty again: what a page that failed left in it is nobody's.
        var html = _room ?? new MemoryStream(UsualBytes);
        _room = null;
        using (var text = new StreamWriter(html, Utf8, leaveOpen: true) { NewLine = "\n" })
            page.WriteHtmlTo(text);
        byte[] made = html.ToArray();
        html.SetLength(0);
        _room = html.Capacity <= MostKept ? html : null;
        return made;
    }

    /// <summary>All that pages ask for: how a component is made. The usual ways make code of their own at every start.</summary>
    private sealed class ByConstructor : IServiceProvider, IComponentActivator
    {
        public object? GetService(Type service) => service == typeof(IComponentActivator) ? this : null;

        public IComponent CreateInstance(Type component) => (IComponent)Activator.CreateInstance(component)!;
    }

    private static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Resource(string name)
    {
        using var text = new StreamReader(typeof(Page).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return text.ReadToEnd().ReplaceLineEndings("\n");
    }
}
