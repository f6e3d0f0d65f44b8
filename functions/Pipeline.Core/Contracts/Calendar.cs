using Pipeline.Core.Reading;

namespace Pipeline.Core.Contracts;

/// <summary>When returns are due.</summary>
public sealed record CalendarList(IReadOnlyList<CalendarEntry> Entries) : FileCounts;

/// <param name="Quarter">Whose returns.</param>
/// <param name="Contract">Null: everyone's.</param>
/// <param name="DueOn">The last day on which a return is not late.</param>
/// <param name="ExtendedTo">The last day on which the contract may still upload, though the quarter is closed; null: no extension.</param>
public sealed record CalendarEntry(Quarter Quarter, ContractId? Contract, DateOnly DueOn, DateOnly? ExtendedTo);
