namespace Pipeline.Local.Screen;

/// <summary>The states of a return, best first (docs/reporting-tables.md, <c>returns</c>).</summary>
internal static class ReturnStates
{
    public static readonly IReadOnlyList<string> All = ["received", "nil", "late", "rejected", "missing"];

    /// <summary>Those for which somebody has to do something, most urgent first.</summary>
    public static readonly IReadOnlyList<string> ToChase = ["missing", "rejected", "late"];
}
