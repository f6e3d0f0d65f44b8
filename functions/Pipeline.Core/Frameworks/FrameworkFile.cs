using Pipeline.Core.Findings;

namespace Pipeline.Core.Frameworks;

/// <summary>A framework file that was read and checked (domain.md section 7).</summary>
/// <param name="Framework">Null when there is any finding.</param>
/// <param name="Findings">Each with its line, and as its column the place in the JSON: <c>outcomes[2].indicators[0].code</c>.</param>
public sealed record FrameworkFile(Framework? Framework, FindingList Findings)
{
    public const int MaxBytes = 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads to the end of the stream, or to just past <see cref="MaxBytes"/>.</summary>
    /// <param name="utf8Json">From its start; left open.</param>
    /// <param name="id">The id that its file name says, which must be the framework's; null when it has no such name.</param>
    public static FrameworkFile Read(Stream utf8Json, string? id = null)
    {
        var findings = new FindingList();
        // Most files are a few kilobytes, so the buffer grows up to the limit instead of starting there.
        byte[] buffer = new byte[32 * 1024];
        int length = utf8Json.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        while (length == buffer.Length && length <= MaxBytes)
        {
            Array.Resize(ref buffer, Math.Min(2 * length, MaxBytes + 1));
            length += utf8Json.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
        }

        if (length > MaxBytes)
        {
            findings.Add(new Finding(Rules.FrameworkTooLarge, 0));
            return new FrameworkFile(null, findings);
        }
        ReadOnlySpan<byte> text = buffer.AsSpan(0, length);
        if (text.StartsWith(ByteOrderMark))
            text = text[ByteOrderMark.Length..];
        var root = JsonPart.Read(text, out long brokenLine);
        if (root is null)
        {
            findings.Add(new Finding(Rules.FrameworkNotJson, brokenLine));
            return new FrameworkFile(null, findings);
        }
        var framework = new FrameworkReader(findings).Read(root);
        if (id is not null && (root as JsonPart.Object)?["id"] is JsonPart.Text written && written.Value != id)
            findings.Add(new Finding(Rules.FrameworkIdNotFileName, written.Line, "id"));
        return new FrameworkFile(findings.Errors == 0 ? framework : null, findings);
    }
}
