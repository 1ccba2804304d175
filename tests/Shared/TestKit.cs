namespace Discovery.Client.Adapters.Tests;

/// <summary>Instances and wishes for the tests of adapters, and waiting for a list.</summary>
internal static class TestKit
{
    public static ServiceInstance Instance(string service = "orders", string id = "orders-10.0.0.1-8080", int port = 8080)
        => new() { ServiceName = service, InstanceId = id, Host = "10.0.0.1", Port = port };

    public static ServiceRegistration Wish(ServiceInstance instance, double seconds = 15) => new() { Instance = instance, TimeToLive = TimeSpan.FromSeconds(seconds) };

    /// <summary>Reads on until a list is as wanted. Fails with the last list seen.</summary>
    public static async Task<ServiceSnapshot> UntilAsync(this IAsyncEnumerator<ServiceSnapshot> lists, Func<ServiceSnapshot, bool> wanted, int seconds = 20)
    {
        ServiceSnapshot? last = null;
        var deadline = Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
        while (!deadline.IsCompleted)
        {
            var next = lists.MoveNextAsync().AsTask();
            if (await Task.WhenAny(next, deadline) != next)
            {
                break;
            }

            Assert.True(await next, "A watch never ends by itself.");
            last = lists.Current;
            if (wanted(last))
            {
                return last;
            }
        }

        // Disposing an iterator that still runs throws, which would hide what is said here.
        var message = $"Not within {seconds} s; last seen: {(last is null ? "nothing" : string.Join(", ", last.Instances.Select(i => $"{i.InstanceId} {i.Status}")))}";
        TestContext.Current.TestOutputHelper?.WriteLine(message);
        throw new TimeoutException(message);
    }
}
