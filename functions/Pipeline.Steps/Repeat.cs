namespace Pipeline.Steps;

/// <summary>Starts a step over when somebody else changed what it was about to write.</summary>
internal static class Repeat
{
    private const int Attempts = 10;

    /// <param name="step">Reads all that it needs anew each time.</param>
    /// <exception cref="StoreException">The store is not available, or others were quicker every time.</exception>
    public static async Task<T> WhileChangedAsync<T>(Func<Task<T>> step)
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
        }
    }

    public static Task WhileChangedAsync(Func<Task> step) => WhileChangedAsync(async () =>
    {
        await step();
        return true;
    });
}
