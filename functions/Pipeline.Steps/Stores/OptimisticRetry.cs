namespace Pipeline.Steps.Stores;

/// <summary>Starts a step over when somebody else changed what it was about to write.</summary>
internal static class OptimisticRetry
{
    private const int Attempts = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>For a step that stops another only by finishing, so that one of them always comes through.</summary>
    /// <param name="step">Reads all that it needs anew each time.</param>
    /// <exception cref="StoreException">The store is not available, or others were quicker every time.</exception>
    public static Task<T> OnConflictAsync<T>(Func<Task<T>> step) => OnConflictAsync(step, _ => Task.CompletedTask);

    public static Task OnConflictAsync(Func<Task> step) => OnConflictAsync(async () =>
    {
        await step();
        return true;
    });

    /// <summary>
    /// For steps that can stop each other without any of them coming through: they wait before they start over, by chance and longer each
    /// time.
    /// </summary>
    /// <param name="step">Reads all that it needs anew each time.</param>
    /// <param name="clock">Times the waiting.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreException">The store is not available, or others were quicker every time.</exception>
    public static Task<T> OnConflictAsync<T>(Func<Task<T>> step, TimeProvider clock, CancellationToken cancel) =>
        OnConflictAsync(step, attempt => Task.Delay(FirstPause * Math.ScaleB(Random.Shared.NextDouble(), attempt), clock, cancel));

    private static async Task<T> OnConflictAsync<T>(Func<Task<T>> step, Func<int, Task> pause)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await step();
            }
            catch (StoreException exception) when (exception is not StoreUnavailableException && attempt < Attempts)
            {
                // What the others wrote is read and considered in the next attempt.
            }

            await pause(attempt);
        }
    }
}
