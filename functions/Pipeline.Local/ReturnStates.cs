namespace Pipeline.Local;

/// <summary>The states of a return, best first (design.md section 5, <c>returns</c>).</summary>
internal static class ReturnStates
{
    public static readonly IReadOnlyList<string> All = ["received", "nil", "late", "rejected", "missing"];
}
