using Pipeline.Core;

namespace Pipeline.Steps;

/// <summary>Where the bytes of uploads are kept for good, under their digest, written once (domain.md section 2).</summary>
public static class Archive
{
    /// <param name="sha256">Of the bytes.</param>
    /// <param name="extension">As the upload's: <c>.csv</c> or <c>.json</c>.</param>
    public static string PathOf(Sha256 sha256, string extension) => $"archive/{sha256}{extension}";

    /// <summary>For uploads that carry personal data or fit no slot.</summary>
    public static string QuarantinePathOf(Sha256 sha256, string extension) => $"quarantine/{sha256}{extension}";
}
