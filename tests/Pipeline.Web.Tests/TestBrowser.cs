using System.Net;
using System.Text.RegularExpressions;
using Pipeline.Web.People;

namespace Pipeline.Web.Tests;

/// <summary>What a browser without scripts does: follows redirects when told to, and sends the forms that it was shown.</summary>
internal sealed partial class TestBrowser : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _client;

    /// <param name="address">Of the site.</param>
    /// <param name="person">The cookie that says who it is; null: nobody.</param>
    public TestBrowser(Uri address, string? person)
    {
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies })
            { BaseAddress = address };
        if (person is not null)
            _cookies.Add(new Cookie(ChosenPerson.Cookie, person, "/", address.Host));
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path) => _client.SendAsync(new HttpRequestMessage(method, path));

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path);

    /// <summary>The text of a page that is there.</summary>
    public async Task<string> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {answer.StatusCode} {text}");
        return text;
    }

    /// <summary>Sends a form of a page that was shown.</summary>
    /// <param name="page">The page with the form.</param>
    /// <param name="action">Where the form goes.</param>
    /// <param name="fields">What is filled in, beside what the form holds already.</param>
    public async Task<Answer> PostAsync(string page, string action, params (string Name, string Value)[] fields)
    {
        var held = FieldsOf(await ReadAsync(page), action, fields).Where(held => fields.All(f => f.Name != held.Key));
        using var content = new FormUrlEncodedContent([.. held, .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]);
        return await AnswerAsync(await _client.PostAsync(action, content));
    }

    /// <summary>Sends a form with files.</summary>
    /// <inheritdoc cref="PostAsync"/>
    public async Task<Answer> SendFilesAsync(string page, string action, (string Name, string Value)[] fields,
        params (string Name, string FileName, byte[] Bytes)[] files)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in FieldsOf(await ReadAsync(page), action, fields).Where(held => fields.All(f => f.Name != held.Key)))
            content.Add(new StringContent(value), name);
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), name);
        foreach (var (name, fileName, bytes) in files)
            content.Add(new ByteArrayContent(bytes), name, fileName);
        return await AnswerAsync(await _client.PostAsync(action, content));
    }

    /// <summary>Posts what no page of the site holds.</summary>
    public async Task<Answer> ForgeAsync(string action, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await AnswerAsync(await _client.PostAsync(action, content));
    }

    public void Dispose() => _client.Dispose();

    private async Task<Answer> AnswerAsync(HttpResponseMessage message)
    {
        using (message)
        {
            // As a browser does after a form.
            if (message.StatusCode == HttpStatusCode.SeeOther)
                return new Answer(message.StatusCode, message.Headers.Location!.ToString(),
                    await ReadAsync(message.Headers.Location.ToString()));
            return new Answer(message.StatusCode, null, await message.Content.ReadAsStringAsync());
        }
    }

    /// <summary>What a form on a page holds already; of several that go to one place, the one with the same <c>act</c>.</summary>
    private static List<KeyValuePair<string, string>> FieldsOf(string page, string action, (string Name, string Value)[] fields)
    {
        var forms = FormPattern().Matches(page).Where(f => WebUtility.HtmlDecode(f.Groups["action"].Value) == action)
            .Select(f => HiddenIn(f.Groups["content"].Value)).ToList();
        Assert.True(forms.Count > 0, $"There is no form to {action} in {page}");
        return forms.FirstOrDefault(held => fields.Any(f => f.Name == "act" && held.Contains(KeyValuePair.Create("act", f.Value))))
            ?? forms[0];
    }

    private static List<KeyValuePair<string, string>> HiddenIn(string form) =>
        [.. HiddenPattern().Matches(form).Select(f =>
            KeyValuePair.Create(WebUtility.HtmlDecode(f.Groups["name"].Value), WebUtility.HtmlDecode(f.Groups["value"].Value)))];

    [GeneratedRegex("""<form method="post" action="(?<action>[^"]*)"[^>]*>(?<content>.*?)</form>""", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)" ?/?>""")]
    private static partial Regex HiddenPattern();
}

/// <param name="Status">Of the form itself.</param>
/// <param name="Path">Where it led; null when it was answered at once.</param>
/// <param name="Text">Of the page that came in the end.</param>
internal sealed record Answer(HttpStatusCode Status, string? Path, string Text)
{
    /// <summary>What a person reads, without markup.</summary>
    public string Words => WebUtility.HtmlDecode(Regex.Replace(Text, "<[^>]*>", " "));
}
