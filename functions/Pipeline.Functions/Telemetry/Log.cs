using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Core.Submissions;
using Pipeline.Steps.Arrivals;
using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Telemetry;

/// <summary>
/// Every message of the host. They hold slots, counts and states; never a path, a file's name or a text out of one. The alerts of infra
/// look for the names of the methods.
/// </summary>
internal static partial class Log
{
    public static void TakenIn(this ILogger log, TakenIn taken) =>
        log.TakenIn(QuarterOf(taken.Slot), ContractOf(taken.Slot), taken.Slot?.Name ?? "", taken.Receipt.Status.ToString(),
            taken.Receipt.Version, taken.Receipt.RowsRead, taken.Receipt.Errors, taken.Receipt.Warnings);

    public static void FileNotTakenIn(this ILogger log, Slot? slot, string container) =>
        log.FileNotTakenIn(QuarterOf(slot), ContractOf(slot), slot?.Name ?? "", container);

    public static void FilePassedOver(this ILogger log, string path, Exception exception) =>
        log.FilePassedOver(QuarterOf(Slot.At(path)), ContractOf(Slot.At(path)), Slot.At(path)?.Name ?? "", path.Split('/')[0],
            CauseOf(exception));

    public static void FileNotScanned(this ILogger log, Slot? slot, string container) =>
        log.FileNotScanned(QuarterOf(slot), ContractOf(slot), slot?.Name ?? "", container);

    public static void SweepFailed(this ILogger log, string part, Exception exception) => log.SweepFailed(part, CauseOf(exception));

    public static void NobodyTold(this ILogger log, Quarter quarter, string what, Exception exception) =>
        log.NobodyTold(quarter, what, CauseOf(exception));

    public static void RequestFailed(this ILogger log, string function, Exception exception) =>
        log.RequestFailed(function, CauseOf(exception));

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

    [LoggerMessage(9, LogLevel.Information, "Provider {Provider} was given an upload link for {Days} days.",
        EventName = nameof(UploadLinkGiven))]
    public static partial void UploadLinkGiven(this ILogger log, ProviderId provider, int days);

    /// <summary>The heartbeat: infra alerts when none came for an hour.</summary>
    [LoggerMessage(12, LogLevel.Information, "The sweep took {Taken} files in and passed {Failed} over; it came late: {IsLate}.",
        EventName = nameof(Swept))]
    public static partial void Swept(this ILogger log, int taken, int failed, bool isLate);

    [LoggerMessage(1, LogLevel.Information,
        "{Quarter} {Contract} {Dataset}: {Status}, version {Version}, {Rows} rows, {Errors} errors, {Warnings} warnings.",
        EventName = nameof(TakenIn))]
    private static partial void TakenIn(this ILogger log, string quarter, string contract, string dataset, string status, int version,
        long rows, long errors, long warnings);

    [LoggerMessage(2, LogLevel.Error, "{Quarter} {Contract} {Dataset}: a file in {Container} could not be taken in.",
        EventName = nameof(FileNotTakenIn))]
    private static partial void FileNotTakenIn(this ILogger log, string quarter, string contract, string dataset, string container);

    [LoggerMessage(3, LogLevel.Warning, "{Quarter} {Contract} {Dataset}: the sweep found a file of which no event came.",
        EventName = nameof(EventMissed))]
    private static partial void EventMissed(this ILogger log, string quarter, string contract, string dataset);

    [LoggerMessage(10, LogLevel.Warning, "{Quarter} {Contract} {Dataset}: a file in {Container} was passed over. {Cause}",
        EventName = nameof(FilePassedOver))]
    private static partial void FilePassedOver(this ILogger log, string quarter, string contract, string dataset, string container,
        string cause);

    [LoggerMessage(11, LogLevel.Error, "The sweep could not do its part: {Part}. {Cause}", EventName = nameof(SweepFailed))]
    private static partial void SweepFailed(this ILogger log, string part, string cause);

    [LoggerMessage(13, LogLevel.Warning, "{Quarter}: {Step} took effect, and the orchestration could not be told. {Cause}",
        EventName = nameof(NobodyTold))]
    private static partial void NobodyTold(this ILogger log, Quarter quarter, string step, string cause);

    [LoggerMessage(14, LogLevel.Error, "A request to {Function} failed. {Cause}", EventName = nameof(RequestFailed))]
    private static partial void RequestFailed(this ILogger log, string function, string cause);

    [LoggerMessage(15, LogLevel.Information, "{Rows} rows of the tables that hold facts were backed up; it came late: {IsLate}.",
        EventName = nameof(TablesBackedUp))]
    public static partial void TablesBackedUp(this ILogger log, long rows, bool isLate);

    [LoggerMessage(16, LogLevel.Warning,
        "{Quarter} {Contract} {Dataset}: of a file in {Container} it is not known whether it carries malware, and it waits.",
        EventName = nameof(FileNotScanned))]
    private static partial void FileNotScanned(this ILogger log, string quarter, string contract, string dataset, string container);

    /// <summary>
    /// What a store says, but for a file's path. Of anything else only its kind and place are told, since its message may hold a text out
    /// of a file.
    /// </summary>
    private static string CauseOf(Exception exception) => exception switch
    {
        StoreException { Path: { } path } => exception.Message.Replace(path, "(path)", StringComparison.Ordinal),
        StoreException => exception.Message,
        _ => $"{exception.GetType().FullName}\n{exception.StackTrace}",
    };

    private static string QuarterOf(Slot? slot) => slot?.OfQuarter?.ToString() ?? "";

    private static string ContractOf(Slot? slot) => slot is Slot.OfContract at ? at.Contract.ToString() : "";
}
