namespace Pipeline.Core;

/// <summary>Who did something, and when: what stands under every step that a named person takes.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When, UTC.</param>
public sealed record Signature(Person By, DateTimeOffset At);
