namespace Discovery.Client.Benchmarks;

/// <summary>The three subjects under one condition, on one and two threads, and with listeners.</summary>
internal sealed class HandlerCalls
{
    public HandlerCalls(Answer answer, int instances, Paths paths)
    {
        (Answer, Instances, Paths) = (answer, instances, paths);
        foreach (var subject in Enum.GetValues<Subject>())
        {
            var call = HttpCall.Create(subject, answer, instances, paths);
            One[subject] = new Scenario("", call.Run);
            OneListening[subject] = new Scenario("", call.Run);

            // The stub that answers later knows of one request at a time; how paths change is not a matter of threads.
            if (answer != Answer.Later && paths == Paths.Same)
            {
                Two[subject] = new Scenario("", call.Run, threads: 2);
                TwoListening[subject] = new Scenario("", call.Run, threads: 2);
            }
        }
    }

    public Answer Answer { get; }

    public int Instances { get; }

    public Paths Paths { get; }

    public Dictionary<Subject, Scenario> One { get; } = [];

    public Dictionary<Subject, Scenario> Two { get; } = [];

    public Dictionary<Subject, Scenario> OneListening { get; } = [];

    public Dictionary<Subject, Scenario> TwoListening { get; } = [];

    public IEnumerable<Scenario> Scenarios => One.Values.Concat(Two.Values);

    public IEnumerable<Scenario> WithListeners => OneListening.Values.Concat(TwoListening.Values);
}
