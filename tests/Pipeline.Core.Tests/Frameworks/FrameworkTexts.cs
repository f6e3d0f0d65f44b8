using System.Text;
using Pipeline.Core.Frameworks;

namespace Pipeline.Core.Tests.Frameworks;

/// <summary>Framework files as text, to be read as they are or with a change.</summary>
internal static class FrameworkTexts
{
    /// <summary>A small framework file in which nothing is wrong, and every phrase that a test changes stands once.</summary>
    public const string Small = """
        {
          "id": "small",
          "title": "A small framework",
          "source": "Written for these tests",
          "effectiveFrom": "2024-02-29",
          "levels": [
            { "code": "fully_met", "title": "Fully", "achieved": "full", "reasonRequired": false },
            { "code": "not_met", "title": "Not", "achieved": "none", "reasonRequired": true }
          ],
          "clientGroups": [
            { "code": "young", "title": "Young people" },
            { "code": "old", "title": "Old people" }
          ],
          "accommodation": [
            { "code": "hostel", "title": "Hostel", "kind": "temporary" },
            { "code": "tenancy", "title": "Tenancy", "kind": "settled" }
          ],
          "reasons": [{ "code": "client_choice", "title": "Client choice" }],
          "outcomes": [
            { "code": "health", "title": "Health", "area": "Main", "indicators": [{ "code": "gp", "title": "Doctor" }, { "code": "teeth", "title": "Dentist" }] },
            { "code": "school", "title": "School", "area": "Main", "clientGroups": ["young"], "indicators": [] }
          ],
          "kpis": [
            { "code": "seen", "title": "Seen", "anyIndicator": ["gp", "teeth"] },
            { "code": "moved", "title": "Moved on", "movedOn": true }
          ],
          "referralRoutes": [{ "code": "self", "title": "Self" }],
          "referralReasons": [{ "code": "full", "title": "No room" }], "feedbackQuestions": [{ "code": "feel_safe", "title": "Safe?" }], "decisionReasons": [{ "code": "late", "title": "Late" }],
          "quality": { "standard": "Own Standard", "areas": [{ "code": "safety", "title": "Safety" }] },
          "payment": {
            "share": 0.1,
            "reconcile": "none",
            "elements": [
              { "code": "boards", "title": "Boards", "weight": 0.75, "kinds": [{ "code": "minutes", "title": "Minutes" }] },
              { "code": "hours", "title": "Hours", "weight": 0.25, "kinds": [{ "code": "minutes", "title": "Minutes" }] }
            ]
          },
          "interpretations": [{ "id": "which", "question": "Which?", "choice": "This.", "why": "Because.", "source": "Part one" }]
        }
        """;

    /// <exception cref="InvalidOperationException">What is to be changed does not stand in the text exactly once, so the test would not
    /// test what it says.</exception>
    public static string With(this string text, string phrase, string replacement)
    {
        int at = text.IndexOf(phrase, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(phrase, at + 1, StringComparison.Ordinal) >= 0)
            throw new InvalidOperationException($"Not there exactly once: {phrase}");
        return text.Remove(at, phrase.Length).Insert(at, replacement);
    }

    public static FrameworkFile Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    public static FrameworkFile Read(byte[] utf8) => FrameworkFile.Read(new MemoryStream(utf8));

    public static string Delivered(string id)
    {
        using var reader = new StreamReader(DeliveredFrameworks.Open(id));
        return reader.ReadToEnd();
    }

    /// <summary>That many coded entries, the codes made of the stem and a number.</summary>
    public static string CodedList(string stem, int count) =>
        "[" + string.Join(", ", Enumerable.Range(1, count).Select(n => $$"""{ "code": "{{stem}}{{n}}", "title": "T" }""")) + "]";
}
