using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipeline.Local.Arrivals;
using Pipeline.Local.Commands;
using Pipeline.Local.Tests.Arrivals;
using Pipeline.Local.Workspaces;

namespace Pipeline.Local.Tests.Commands;

/// <summary>The pages as a browser of this machine gets them, and what nobody gets.</summary>
public sealed class PageServerTests : IAsyncLifetime, IDisposable
{
    private const string Receipts = "receipts/brook/PO-001/2025-26-Q1/hours/";

    private const string AsCommissioner = "pipeline-person=commissioner||Ann%20Price";

    private readonly TempFolder _temp = new();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private Workspace _workspace = null!;
    private PageServer _server = null!;

    public async Task InitializeAsync()
    {
        string input = SampleInput.Write(_temp.At("input"), SampleInput.All);
        await Cli.RunAsync("run", input, "--workspace", _temp.At("workspace"), "--today", "2025-07-15");
        _workspace = new Workspace(_temp.At("workspace"), TimeProvider.System);
        _server = await PageServer.StartAsync(SiteOf(_workspace), port: 0, default);
        _browser.BaseAddress = _server.Address;
        _browser.DefaultRequestHeaders.Add("Cookie", AsCommissioner);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _workspace.Dispose();
    }

    public void Dispose()
    {
        _browser.Dispose();
        _temp.Dispose();
    }

    private static LocalSite SiteOf(Workspace workspace, Watch? watch = null) => new(workspace, watch, TimeProvider.System);

    [Fact]
    public async Task Whoever_comes_first_is_asked_who_they_are()
    {
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _server.Address };
        foreach (string path in new[] { "/", "/pages", "/status", "/reports/index.html", $"/{Receipts}v1.html" })
        {
            using var answer = await stranger.GetAsync(path);
            Assert.Equal((HttpStatusCode.SeeOther, $"/sign-in?back={Uri.EscapeDataString(path)}"),
                (answer.StatusCode, answer.Headers.Location?.ToString()));
        }

        Assert.Contains("It checks nobody", await stranger.GetStringAsync("/sign-in"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_pages_leads_to_reports_statements_and_receipts_and_every_link_of_it_works()
    {
        string front = await _browser.GetStringAsync("/pages");
        var links = front.Split("href=\"").Skip(1)
            .Select(part => WebUtility.HtmlDecode(part[..part.IndexOf('"', StringComparison.Ordinal)])).Where(link => link.StartsWith('/'))
            .ToHashSet();

        Assert.Superset(
            new HashSet<string>
            {
                "/status", "/reports/index.html", "/reports/2025-26-Q1.html", "/statements/acme/HL-001/2025-26-Q1.html",
                "/statements/brook/PO-001/2025-26-Q1.html", $"/{Receipts}v1.html",
            },
            links);
        foreach (string link in links)
            Assert.Equal((link, HttpStatusCode.OK), (link, (await _browser.GetAsync(link)).StatusCode));
        Assert.Contains("Brook House", front, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", front, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/status", "text/html; charset=utf-8")]
    [InlineData("/reports/index.html", "text/html; charset=utf-8")]
    [InlineData("/reports/index.html?as=file", "text/html; charset=utf-8")]
    [InlineData("/reports/2025-26-Q1-public.html", "text/html; charset=utf-8")]
    [InlineData("/reports/2025-26-Q1.html?table=performance-table-one", "text/csv; charset=utf-8")]
    [InlineData("/reports/2025-26-Q1-public.csv", "text/csv; charset=utf-8")]
    [InlineData("/" + Receipts + "v1.html", "text/html; charset=utf-8")]
    [InlineData("/" + Receipts + "v1.csv", "text/csv; charset=utf-8")]
    [InlineData("/" + Receipts + "v1.json", "application/json")]
    public async Task What_is_served_says_what_it_is_and_what_it_may_do(string path, string type)
    {
        using var answer = await _browser.GetAsync(path);
        using var head = await _browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (answer.StatusCode, head.StatusCode));
        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        // A file has its own style; whatever else is shown is the site's.
        bool isFile = path.Contains('.') && !path.Contains("?table")
            && (!path.EndsWith(".html", StringComparison.Ordinal) || path.EndsWith("-public.html", StringComparison.Ordinal));
        string style = isFile ? "'unsafe-inline'" : "'self'; script-src 'self'";
        Assert.StartsWith($"default-src 'none'; style-src {style}; ", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-store", Header("Cache-Control"));
        Assert.Equal("no-referrer", Header("Referrer-Policy"));
        Assert.Equal("DENY", Header("X-Frame-Options"));
        Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.False(answer.Headers.Contains("Server"));
        if (type.StartsWith("text/csv", StringComparison.Ordinal))
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);

        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
    }

    [Fact]
    public async Task A_page_is_served_byte_for_byte() =>
        Assert.Equal(await File.ReadAllBytesAsync(_temp.At("workspace", "reports", "2025-26-Q1.html")),
            await _browser.GetByteArrayAsync("/reports/2025-26-Q1.html?as=file"));

    [Fact]
    public async Task Nothing_else_of_the_workspace_is_served()
    {
        await _workspace.Files.WriteAsync("receipts/.hidden.html", new MemoryStream("x"u8.ToArray()));
        await _workspace.Files.WriteAsync("reports/2025-26-Q1.json", new MemoryStream("{}"u8.ToArray()));
        int served = 0;
        foreach (string file in Cli.Bytes(_temp.At("workspace")).Keys)
        {
            string path = file.Replace(Path.DirectorySeparatorChar, '/');
            bool isShown = path.Split('/') switch
            {
                ["reports" or "statements", ..] => path.EndsWith(".html", StringComparison.Ordinal)
                    || path.EndsWith("-public.csv", StringComparison.Ordinal),
                ["receipts", .., var name] => !name.StartsWith('.') && !name.EndsWith(".counts.json", StringComparison.Ordinal),
                _ => false,
            };
            using var answer = await _browser.GetAsync("/" + path);
            Assert.Equal((path, isShown ? HttpStatusCode.OK : HttpStatusCode.NotFound), (path, answer.StatusCode));
            served += isShown ? 1 : 0;
        }

        Assert.InRange(served, 20, 200);
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync("/tables.db")).StatusCode);
        Assert.True(File.Exists(_temp.At("workspace", "tables.db")));
    }

    [Theory]
    [InlineData("/reports/../tables.db")]
    [InlineData("/reports/%2e%2e/tables.db")]
    [InlineData("/reports/..%2ftables.db")]
    [InlineData("/reports/..%5ctables.db")]
    [InlineData("/reports/..\\tables.db")]
    [InlineData("/reports//index.html")]
    [InlineData("/reports/index.html/")]
    [InlineData("/reports/index.html%00")]
    [InlineData("/reports/index.html%0a")]
    [InlineData("/receipts/%2e%2e/archive/x.csv")]
    [InlineData("/Reports/index.html")]
    [InlineData("/reports")]
    [InlineData("/receipts/")]
    [InlineData("/archive/")]
    [InlineData("/.writing/x.html")]
    [InlineData("http://127.0.0.1/submissions/acme/HL-001/2025-26-Q1/hours.csv")]
    public async Task A_path_that_means_mischief_leads_nowhere(string path)
    {
        string answer = await AskAsync($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {AsCommissioner}\r\nConnection: close\r\n\r\n");

        Assert.Matches(@"\AHTTP/1\.1 (404|400) ", answer);
        Assert.DoesNotContain("SQLite", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("commissioned_hours", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("192.168.0.1")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task Another_hosts_name_does_not_lead_here(string host) =>
        Assert.StartsWith("HTTP/1.1 400 ", await AskAsync($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\nHost:\r\n\r\n")]
    public async Task So_are_requests_without_one(string request) =>
        Assert.StartsWith("HTTP/1.1 400 ", await AskAsync(request), StringComparison.Ordinal);

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Pages_are_only_read(string method) =>
        Assert.Equal(HttpStatusCode.MethodNotAllowed,
            (await _browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/reports/index.html"))).StatusCode);

    [Fact]
    public async Task It_listens_on_this_machine_alone()
    {
        Assert.Equal("127.0.0.1", _server.Address.Host);
        foreach (var address in (await Dns.GetHostAddressesAsync(Dns.GetHostName())).Where(a =>
            a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)))
        {
            using var socket = new TcpClient();
            await Assert.ThrowsAnyAsync<SocketException>(() => socket.ConnectAsync(address, _server.Address.Port));
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_wrong_usage_that_says_how_to_get_a_free_one()
    {
        var refused = await Assert.ThrowsAsync<WrongUseException>(() =>
            PageServer.StartAsync(SiteOf(_workspace), _server.Address.Port, default));

        Assert.Equal($"Port {_server.Address.Port} of this machine cannot be had. Let the system choose one: pipeline serve --port 0",
            refused.Message);
    }

    [UnixFact]
    public async Task Storage_that_fails_is_said_without_a_word_of_the_file()
    {
        // A name that is too long for the disk is the simplest thing that it refuses.
        using var answer = await _browser.GetAsync($"/reports/{new string('x', 300)}.html");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        string said = await answer.Content.ReadAsStringAsync();
        Assert.Contains("Nothing is lost. Try again in a minute", said, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_page_says_that_nobody_watches_and_runs_the_script_of_the_site_alone()
    {
        using var answer = await _browser.GetAsync("/status");
        string status = await answer.Content.ReadAsStringAsync();

        Assert.Contains("Nobody watches from here", status, StringComparison.Ordinal);
        string script = Assert.Single(status.Split('"'), part =>
            part.StartsWith("/assets/", StringComparison.Ordinal) && part.EndsWith(".js", StringComparison.Ordinal));
        Assert.Contains("data-live", await _browser.GetStringAsync(script), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_page_of_a_watch_tells_what_waits_and_what_was_taken_in_but_no_names_of_files()
    {
        string workspace = _temp.At("watched");
        SampleInput.Write(workspace, SampleInput.Reference);
        await using var watching = new Watching(workspace);
        await using var server = await PageServer.StartAsync(SiteOf(watching.Watch.Workspace, watching.Watch), port: 0, default);
        await watching.UntilAsync(() => watching.Taken.Count >= 4);
        Directory.CreateDirectory(Path.Join(workspace, SampleInput.Acme));
        string Status() => _browser.GetStringAsync(new Uri(server.Address, "status")).Result;

        await using (var writer = new FileStream(Path.Join(workspace, SampleInput.Acme, "hours-zebedee.csv"), FileMode.CreateNew,
            FileAccess.Write))
        {
            await writer.WriteAsync(Encoding.UTF8.GetBytes("month,commissioned_hours,delivered_hours\n"));
            await writer.FlushAsync();
            await watching.UntilAsync(() => Status().Contains("1 file waits", StringComparison.Ordinal));
            Assert.Contains("submissions/acme/HL-001/2025-26-Q1/", Status(), StringComparison.Ordinal);
            Assert.DoesNotContain("zebedee", Status(), StringComparison.OrdinalIgnoreCase);
        }

        await watching.UntilAsync(() => Status() is var status && status.Contains("Nothing waits", StringComparison.Ordinal)
            && status.Contains("/hours/v1.html", StringComparison.Ordinal));
        Assert.DoesNotContain("zebedee", Status(), StringComparison.OrdinalIgnoreCase);
        using var front = await _browser.GetAsync(new Uri(server.Address, "pages"));
        Assert.Contains("/receipts/acme/HL-001/2025-26-Q1/hours/v1.html", await front.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
    }

    /// <summary>As it is written, which no client library would send.</summary>
    private async Task<string> AskAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
