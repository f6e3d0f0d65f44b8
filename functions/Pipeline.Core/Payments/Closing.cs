namespace Pipeline.Core.Payments;

/// <summary>That a quarter was closed, by whom and when (domain.md section 6).</summary>
/// <param name="Signature">Of who closed it, when they began to.</param>
/// <param name="IsDone">False while it may still be that a file found before it is taken in.</param>
public sealed record Closing(Signature Signature, bool IsDone);
