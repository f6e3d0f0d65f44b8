using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Functions.Quarters;
using Pipeline.Steps.Arrivals;

namespace Pipeline.Functions.Telemetry;

/// <summary>Every message of the host. They hold slots, counts and states; never a path, a file's name or a text out of one. The alerts of infra look for the names of the methods.</summary>
internal static partial class Log
{
    public static void TakenIn(this ILogger log, TakenIn taken) =>
        log.TakenIn(QuarterOf(taken.Slot), ContractOf(taken.Slot), taken.Slot?.Name ?? "", taken.Receipt.Status.ToString(), taken.Receipt.Version, taken.Receipt.RowsRead, taken.Receipt.Errors, taken.Receipt.Warnings);

    public static void FileNotTakenIn(this ILogger log, Slot? slot, string container) =>
        log.FileNotTakenIn(QuarterOf(slot), ContractOf(slot), slot?.Name ?? "", container);

    public static void EventMissed(this ILogger log, Slot? slot) => log.EventMissed(QuarterOf(slot), ContractOf(slot), slot?.Name ?? "");

    [LoggerMessage(5, LogLevel.Information, "{Quarter}: {Step} payment run {Run}, now {State}.", EventName = nameof(RunStepTaken))]
    public static partial void RunStepTaken(this ILogger log, Quarter quarter, string step, int run, string state);

    [LoggerMessage(6, LogLevel.Information, "{Quarter}: {Step} was refused.", EventName = nameof(StepRefused))]
    public static partial void StepRefused(this ILogger log, Quarter quarter, string step);

    [LoggerMessage(7, LogLevel.Information, "{Quarter} was closed.", EventName = nameof(QuarterClosed))]
    public static partial void QuarterClosed(this ILogger log, Quarter quarter);

    [LoggerMessage(4, LogLevel.Information, "{Quarter} waits for its tables.", EventName = nameof(QuarterWaiting))]
    public static partial void QuarterWaiting(this ILogger log, Quarter quarter);

    [LoggerMessage(8, LogLevel.Warning, "{Instance} has been under way for more than a day.", EventName = nameof(RunOlderThanADay))]
    public static partial void RunOlderThanADay(this ILogger log, string instance);

    [LoggerMessage(9, LogLevel.Information, "Provider {Provider} was given an upload link for {Days} days.", EventName = nameof(UploadLinkGiven))]
    public static partial void UploadLinkGiven(this ILogger log, ProviderId provider, int days);

    [LoggerMessage(1, LogLevel.Information, "{Quarter} {Contract} {Dataset}: {Status}, version {Version}, {Rows} rows, {Errors} errors, {Warnings} warnings.", EventName = nameof(TakenIn))]
    private static partial void TakenIn(this ILogger log, string quarter, string contract, string dataset, string status, int version, long rows, long errors, long warnings);

    [LoggerMessage(2, LogLevel.Error, "{Quarter} {Contract} {Dataset}: a file in {Container} could not be taken in.", EventName = nameof(FileNotTakenIn))]
    private static partial void FileNotTakenIn(this ILogger log, string quarter, string contract, string dataset, string container);

    [LoggerMessage(3, LogLevel.Warning, "{Quarter} {Contract} {Dataset}: the sweep found a file of which no event came.", EventName = nameof(EventMissed))]
    private static partial void EventMissed(this ILogger log, string quarter, string contract, string dataset);

    private static string QuarterOf(Slot? slot) => slot?.OfQuarter?.ToString() ?? "";

    private static string ContractOf(Slot? slot) => slot is Slot.Return at ? at.Contract.ToString() : "";
}
