namespace Pipeline.Local.Stores;

/// <summary>
/// Carries out together what several ask for at the same time, so that they wait for the disk once and not one after another.
/// </summary>
/// <param name="most">So many at once, so that nobody waits long for the others.</param>
/// <param name="carryOut">Carries requests out, never twice at the same time. One that fails alone is given its
/// <see cref="Request.Failure"/>; what is thrown fails them all.</param>
/// <param name="moment">Passes while more may come; a millisecond, unless given.</param>
internal sealed class GroupCommit<T>(int most, Action<IReadOnlyList<GroupCommit<T>.Request>> carryOut, Action? moment = null)
{
    private static readonly TimeSpan OneMoment = TimeSpan.FromMilliseconds(1);

    private readonly Action _moment = moment ?? (() => Thread.Sleep(OneMoment));
    private readonly Queue<Request> _waiting = [];
    private bool _isWorking;

    /// <summary>How many were carried out together last.</summary>
    private int _last;

    /// <summary>Returns once it was carried out, or throws why it was not. There is no giving up in between.</summary>
    public Task CarryOutAsync(T what)
    {
        var request = new Request(what);
        lock (_waiting)
        {
            _waiting.Enqueue(request);
            if (!_isWorking)
            {
                _isWorking = true;
                _ = Task.Run(CarryOutAll);
            }
        }

        return request.Done.Task;
    }

    private void CarryOutAll()
    {
        while (Next() is { Count: > 0 } together)
        {
            try
            {
                carryOut(together);
            }
#pragma warning disable CA1031 // Whatever it is, each of those who wait for it is told.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                foreach (var request in together)
                    request.Failure = failure;
            }

            foreach (var request in together)
                request.Finish();
        }
    }

    /// <summary>
    /// What is asked for next. Where several asked at once just now, more are about to: they are waited for as long as more come, since a
    /// wait for the disk takes longer. Who asks alone, again and again, waits for nobody.
    /// </summary>
    private List<Request> Next()
    {
        for (int before = 0, now = Waiting(); (now > 1 || _last > 1) && now > before && now < most; (before, now) = (now, Waiting()))
            _moment();
        lock (_waiting)
        {
            var together = new List<Request>();
            while (together.Count < most && _waiting.TryDequeue(out var request))
                together.Add(request);
            _isWorking = together.Count > 0;
            if (_isWorking)
                _last = together.Count;
            return together;
        }
    }

    private int Waiting()
    {
        lock (_waiting)
            return _waiting.Count;
    }

    public sealed class Request(T what)
    {
        public T What { get; } = what;

        /// <summary>Why it was not carried out; null when it was.</summary>
        public Exception? Failure { get; set; }

        internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Finish()
        {
            if (Failure is null)
                Done.SetResult();
            else
                Done.SetException(Failure);
        }
    }
}
