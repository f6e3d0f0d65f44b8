using System.Text.RegularExpressions;

namespace Pipeline.Steps.Stores;

/// <summary>
/// What paths the file stores take. A path that could mean another file than it says is a programmer's error, and is not repeated in the
/// message.
/// </summary>
public static partial class FileLimits
{
    /// <summary>A path to read: a container, then a name of segments that are not empty, <c>.</c> or <c>..</c>, without NUL.</summary>
    /// <remarks>Looser than <see cref="CheckWrite"/>, since whatever somebody else has put there and a listing shows can also be
    /// read.</remarks>
    /// <exception cref="ArgumentException">It is not such a path.</exception>
    public static void CheckRead(string path)
    {
        var segments = path.Split('/');
        if (segments.Length < 2)
            throw new ArgumentException("A path is a container, a slash and a name.", nameof(path));
        Check(segments, nameof(path));
    }

    /// <summary>
    /// Whether a path that somebody else gave a file is one to read. It is no file of the store otherwise: no listing shows it.
    /// </summary>
    public static bool CanRead(string path) => path.Split('/') is { Length: >= 2 } segments && Refusal(segments) is null;

    /// <summary>A path to write: one to read, without the backslash that is a folder's end on some systems.</summary>
    /// <exception cref="ArgumentException">It is not such a path.</exception>
    public static void CheckWrite(string path)
    {
        CheckRead(path);
        if (path.Contains('\\'))
            throw new ArgumentException("A path to write has no backslash.", nameof(path));
    }

    /// <summary>What a listing starts from: a container and a slash, and then as much of a path as wanted.</summary>
    /// <exception cref="ArgumentException">It is not such a prefix.</exception>
    public static void CheckPrefix(string prefix)
    {
        var segments = prefix.Split('/');
        if (segments.Length < 2)
            throw new ArgumentException("A listing's prefix has at least a container and a slash.", nameof(prefix));
        // The last segment is the beginning of a name, and may be empty.
        Check(segments[..^1], nameof(prefix));
        if (segments[^1].Contains('\0'))
            throw new ArgumentException("A prefix has no NUL.", nameof(prefix));
    }

    private static void Check(string[] segments, string parameter)
    {
        if (Refusal(segments) is { } refusal)
            throw new ArgumentException(refusal, parameter);
    }

    private static string? Refusal(string[] segments) =>
        !Container().IsMatch(segments[0])
            ? "A container is 3 to 63 lower-case letters, digits and single hyphens, a letter or digit at both ends."
        : segments.Any(segment => segment is "" or "." or ".." || segment.Contains('\0'))
            ? "A path has no empty segment, no . and .. and no NUL."
        : null;

    [GeneratedRegex(@"^(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Container();
}
