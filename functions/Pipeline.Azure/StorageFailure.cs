using Azure;
using Azure.Identity;
using Pipeline.Steps.Stores;

namespace Pipeline.Azure;

/// <summary>What of the client libraries' errors means that the store could not do what it was asked.</summary>
internal static class StorageFailure
{
    public static bool IsUnavailable(Exception exception, CancellationToken cancel) => exception switch
    {
        RequestFailedException or AuthenticationFailedException or IOException or HttpRequestException => true,
        // What is left when every attempt failed.
        AggregateException failures => failures.InnerExceptions.All(inner => IsUnavailable(inner, cancel)),
        OperationCanceledException => !cancel.IsCancellationRequested,
        _ => false,
    };

    /// <summary>Without the library's own exception, which can hold the address with the file's name and what was sent.</summary>
    public static StoreUnavailableException Unavailable(Exception exception) => new(exception is RequestFailedException failed
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Azure Storage answered {failed.Status} {failed.ErrorCode}.")
        : $"Azure Storage could not be reached ({exception.GetType().Name}).");
}
