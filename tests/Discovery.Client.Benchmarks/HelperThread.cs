namespace Discovery.Client.Benchmarks;

/// <summary>The second thread.</summary>
internal sealed class HelperThread
{
    private readonly Barrier _begin = new(2);
    private readonly Barrier _end = new(2);
    private Action _work = () => { };

    public HelperThread() => new Thread(Run) { IsBackground = true }.Start();

    /// <summary>Returns when the thread begins.</summary>
    public void Start(Action work)
    {
        _work = work;
        _begin.SignalAndWait();
    }

    public void Wait() => _end.SignalAndWait();

    private void Run()
    {
        while (true)
        {
            _begin.SignalAndWait();
            _work();
            _end.SignalAndWait();
        }
    }
}
