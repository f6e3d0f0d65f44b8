using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Pipeline.Functions.Telemetry;
using Pipeline.Steps;

namespace Pipeline.Functions.Quarters;

/// <summary>
/// Every night copies the tables that hold facts, of which Table Storage keeps no versions, to files of the records account, of which Blob
/// Storage does.
/// </summary>
public sealed class BackUpTables(AllSteps steps, TimeProvider clock, ILogger<BackUpTables> log)
{
    [Function("BackUpTables")]
    public async Task RunAsync([TimerTrigger("0 40 1 * * *")] TimerInfo timer, CancellationToken cancel)
    {
        long rows = await steps.TableBackup.MakeAsync(DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), cancel);
        log.TablesBackedUp(rows, timer.IsPastDue);
    }
}
