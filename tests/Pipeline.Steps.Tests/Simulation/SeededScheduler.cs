using Pipeline.Steps.Tests.Stores;

namespace Pipeline.Steps.Tests.Simulation;

/// <summary>A host of the pipeline: what it keeps in memory ends with it.</summary>
internal sealed class Process
{
    public bool IsDead { get; set; }
}

/// <summary>One step that runs on a host.</summary>
/// <param name="name">For a failure's message.</param>
/// <param name="on">Its host.</param>
/// <param name="start">How many events the model had seen when it began.</param>
internal sealed class Operation(string name, Process on, int start)
{
    public string Name => name;

    public Process On => on;

    public int Start => start;

    /// <summary>The operation that the code now running belongs to; null for the world outside, to which nothing goes wrong.</summary>
    public static readonly AsyncLocal<Operation?> Current = new();

    public Task Task { get; set; } = Task.CompletedTask;
}

/// <summary>
/// Runs operations on the thread that asks, one piece at a time. Each call of a store waits at a gate until it is let through, so that
/// whoever opens the gates decides every interleaving, and the same seed the same one.
/// </summary>
internal sealed class SeededScheduler : TaskScheduler
{
    private readonly Queue<Task> _ready = new();
    private readonly List<Gate> _gates = [];

    /// <summary>Operations that have begun and neither ended nor died.</summary>
    public List<Operation> Running { get; } = [];

    /// <summary>Calls of stores that wait, in the order in which they came.</summary>
    public IReadOnlyList<Gate> Gates => _gates;

    public void Start(Operation operation, Func<Task> run)
    {
        Running.Add(operation);
        operation.Task = Task.Factory.StartNew(
            () =>
            {
                Operation.Current.Value = operation;
                return run();
            },
            CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();
        RunReady();
    }

    /// <summary>Where a call of a store waits; the world outside passes.</summary>
    public ValueTask<Fault?> Pass(StoreCall call)
    {
        if (Operation.Current.Value is not { } operation)
            return default;
        var gate = new Gate(operation, call, new TaskCompletionSource<Fault?>());
        _gates.Add(gate);
        return new ValueTask<Fault?>(gate.Answer.Task);
    }

    /// <summary>Lets a call through, and runs on until everything waits again.</summary>
    public void Open(Gate gate, Fault? fault)
    {
        _gates.Remove(gate);
        gate.Answer.SetResult(fault);
        RunReady();
    }

    /// <summary>Ends a host where it stands: its operations never go on.</summary>
    public void Kill(Process process)
    {
        process.IsDead = true;
        _gates.RemoveAll(gate => gate.By.On == process);
        Running.RemoveAll(operation => operation.On == process);
    }

    protected override void QueueTask(Task task) => _ready.Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;

    private void RunReady()
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Context(this));
        try
        {
            while (_ready.TryDequeue(out var task))
                TryExecuteTask(task);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>
    /// Brings what follows an await back to the scheduler; without one, what follows an await of an iterator goes to the pool.
    /// </summary>
    private sealed class Context(SeededScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            Task.Factory.StartNew(() => d(state), CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
    }
}

/// <summary>A call of a store that waits.</summary>
internal sealed record Gate(Operation By, StoreCall Call, TaskCompletionSource<Fault?> Answer);
