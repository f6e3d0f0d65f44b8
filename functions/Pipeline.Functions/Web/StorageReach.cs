using Pipeline.Steps.Stores;

namespace Pipeline.Functions.Web;

/// <summary>
/// Whether the app reaches its storage, soon enough for somebody who waits for an answer. The stores themselves try for minutes.
/// </summary>
internal sealed class StorageReach(IFileStore files, ITableStore tables)
{
    public async Task<bool> AnswersAsync(TimeSpan within, CancellationToken cancel)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            // One of each account that a request needs.
            await Task.WhenAll(
                files.StatAsync("reference/contracts.csv", giveUp.Token),
                files.StatAsync("payments/none", giveUp.Token),
                tables.GetAsync("changes", "-", "-", giveUp.Token)).WaitAsync(within, cancel);
            return true;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or TimeoutException)
        {
            return false;
        }
        finally
        {
            await giveUp.CancelAsync();
        }
    }
}
