using Pipeline.Core;
using Pipeline.Core.Contracts;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps.Pages;

/// <summary>The way to every page of a workspace.</summary>
/// <param name="Quarters">With a report.</param>
/// <param name="Contracts">Those shown, each with its statements.</param>
/// <param name="Receipts">The latest of theirs, newest first.</param>
public sealed record FrontContent(IReadOnlyList<Quarter> Quarters, IReadOnlyList<ContractStatements> Contracts,
    IReadOnlyList<ReceiptLink> Receipts)
{
    /// <summary>What is looked for in the names of providers, services and contracts; blank: all.</summary>
    public string Text { get; init; } = "";

    /// <summary>How many contracts were found.</summary>
    public int Found { get; init; }

    /// <summary>Where the contracts before those shown are; null when there are none.</summary>
    public string? Before { get; init; }

    /// <summary>Where the contracts after those shown are; null when there are none.</summary>
    public string? After { get; init; }
}

/// <summary>The quarters in which a contract has a statement.</summary>
/// <param name="Contract">From the register; null when the register does not hold it any more.</param>
public sealed record ContractStatements(ProviderId Provider, ContractId Id, Contract? Contract, IReadOnlyList<Quarter> Quarters);

/// <param name="Page">The path of its page.</param>
public sealed record ReceiptLink(Receipt Receipt, string Page);

/// <summary>What is being taken in right now.</summary>
/// <param name="At">When this was so.</param>
/// <param name="IsWatching">Whether files are taken in as they arrive; else the rest but <paramref name="Refreshing"/> is empty.</param>
/// <param name="Waiting">How many files have arrived and are not taken in yet.</param>
/// <param name="WaitingPlaces">About where the first of them are.</param>
/// <param name="Reading">The files that are being read.</param>
/// <param name="TakenIn">The last of those taken in, newest first.</param>
/// <param name="Refreshing">The quarters that wait to be brought up to date.</param>
/// <param name="Trouble">What of the store does not work; null when all of it does.</param>
public sealed record StatusContent(
    DateTimeOffset At,
    bool IsWatching,
    int Waiting,
    IReadOnlyList<string> WaitingPlaces,
    IReadOnlyList<FileBeingRead> Reading,
    IReadOnlyList<FileTakenIn> TakenIn,
    IReadOnlyList<Quarter> Refreshing,
    StoreTrouble? Trouble);

/// <param name="Place">About where it is.</param>
public sealed record FileBeingRead(string Place, long Rows);

/// <param name="Place">What it is for, or about where it was found.</param>
/// <param name="Page">The path of its receipt's page.</param>
public sealed record FileTakenIn(DateTimeOffset At, string Place, string Status, long Rows, long Errors, long Warnings, string Page);

/// <param name="Since">When it began.</param>
/// <param name="What">In a sentence.</param>
public sealed record StoreTrouble(DateTimeOffset Since, string What);
