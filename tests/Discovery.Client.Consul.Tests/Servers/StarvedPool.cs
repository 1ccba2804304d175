using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Discovery.Client.Consul.Tests.Servers;

/// <summary>The thread pool of this process without a free thread, and what still works then.</summary>
internal static class StarvedPool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Runs the action on a thread of its own while every thread that the pool has or may add meanwhile is blocked. Returns when the pool is free again.</summary>
    public static void Run(Action action)
    {
        // Far more than 4 a core, since the pool adds threads while it sees no progress. What is queued last is the first that does not block.
        // None is disposed: pool threads may reach them when a test has failed.
        var blockers = (4 * Environment.ProcessorCount) + 100;
        var (release, ended, free) = (new ManualResetEventSlim(), new CountdownEvent(blockers), new ManualResetEventSlim());
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                for (var i = 0; i < blockers; i++)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(
                        _ =>
                        {
                            release.Wait();
                            ended.Signal();
                        },
                        null);
                }

                ThreadPool.UnsafeQueueUserWorkItem(_ => free.Set(), null);
                action();
                Assert.False(free.IsSet, "The pool was not starved, so that the test shows nothing.");
            }
            catch (Exception error)
            {
                failure = error;
            }
            finally
            {
                release.Set();
            }
        });
        thread.Start();
        thread.Join();
        Assert.True(ended.Wait(Deadline) && free.Wait(Deadline), "The pool is still blocked.");
        Assert.Null(failure);
    }

    /// <summary>How many instances of a service pass, asked over a connection of its own by nothing but the calling thread.</summary>
    public static int CountPassing(int port, string service)
    {
        using var client = new TcpClient { SendTimeout = 30_000, ReceiveTimeout = 30_000 };
        client.Connect("127.0.0.1", port);
        using var stream = client.GetStream();
        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET /v1/health/service/{service}?passing HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")));
        using var all = new MemoryStream();
        stream.CopyTo(all);
        var answer = Encoding.UTF8.GetString(all.ToArray());
        Assert.Matches("^HTTP/1.. 200 ", answer);
        using var list = JsonDocument.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        return list.RootElement.GetArrayLength();
    }
}
