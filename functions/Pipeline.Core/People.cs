using System.Text;

namespace Pipeline.Core;

/// <summary>Names of the people who review, approve, prepare and release. Four eyes means two people, however one of them spells a name.</summary>
public static class People
{
    /// <summary>Whether two names are the same but for case, accents' encoding and white space.</summary>
    public static bool AreSame(string one, string other) => Key(one) == Key(other);

    private static string Key(string name) =>
        string.Join(' ', name.Normalize(NormalizationForm.FormKC).ToUpperInvariant().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
