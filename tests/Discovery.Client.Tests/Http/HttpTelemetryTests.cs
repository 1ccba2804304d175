using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Http;

/// <summary>What the handler tells of a request, by the names of docs/telemetry.md.</summary>
public sealed class HttpTelemetryTests
{
    private const string Ours = "discovery.backend=fixed";
    private static readonly Uri Greeter = new("http://greeter/");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("200", "discovery.outcome=success")]
    [InlineData("404", "discovery.outcome=success")]
    [InlineData("500", "discovery.outcome=failure error.type=500")]
    [InlineData("503", "discovery.outcome=failure error.type=503")]
    [InlineData("refused", "discovery.outcome=not_sent error.type=System.Net.Http.HttpRequestException")]
    [InlineData("broken", "discovery.outcome=failure error.type=System.Net.Http.HttpRequestException")]
    [InlineData("broken body", "discovery.outcome=failure error.type=System.Net.Http.HttpRequestException")]
    [InlineData("left body", "discovery.outcome=canceled")]
    [InlineData("cancelled", "discovery.outcome=canceled")]
    public async Task Attempt_HoweverItEnds_IsCountedOnceWithItsOutcome(string way, string tags)
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        world.Transport = new((_, _) => AnswerAsync(way, cancel));
        await SendAsync(world, way, cancel.Token);

        Assert.Equal([$"discovery.client.attempts 1 {Ours} {tags} service.peer.name=greeter", $"discovery.client.picks 1 {Ours} service.peer.name=greeter"], Collect(world));
    }

    [Fact]
    public async Task Retry_IsAPickAndAnAttemptMore()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1), HttpWorld.Instance(2));
        var sent = 0;
        world.Transport = new((_, _) => sent++ == 0 ? throw Refused() : Task.FromResult(new HttpResponseMessage()));

        (await world.Client().GetAsync(Greeter, Token)).Dispose();

        Assert.Equal(
            [
                $"discovery.client.attempts 1 {Ours} discovery.outcome=not_sent error.type=System.Net.Http.HttpRequestException service.peer.name=greeter",
                $"discovery.client.attempts 1 {Ours} discovery.outcome=success service.peer.name=greeter",
                $"discovery.client.picks 2 {Ours} service.peer.name=greeter",
            ],
            Collect(world));
    }

    [Fact]
    public async Task CurrentActivity_IsToldTheServiceAndTheInstanceThatAnswered()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1), HttpWorld.Instance(2));
        string? first = null;
        world.Transport = new((request, _) => Interlocked.CompareExchange(ref first, request.RequestUri!.Host, null) is null ? throw Refused() : Task.FromResult(new HttpResponseMessage()));
        using var source = new ActivitySource(nameof(CurrentActivity_IsToldTheServiceAndTheInstanceThatAnswered));
        using var listener = Listen(source.Name, _ => { });
        using var activity = source.StartActivity("caller")!;

        (await world.Client().GetAsync(Greeter, Token)).Dispose();

        var other = first == "10.0.0.1" ? "2" : "1";
        Assert.Equal(["discovery.instance.id=" + other, "service.peer.name=greeter"], Tags(activity));
    }

    [Fact]
    public async Task CurrentActivity_NotRecorded_IsLeftAlone()
    {
        await using var world = new HttpWorld(HttpWorld.Instance(1));
        using var activity = new Activity("caller").Start();

        (await world.Client().GetAsync(Greeter, Token)).Dispose();

        Assert.Empty(activity.TagObjects);
    }

    [Fact]
    public async Task WaitForTheFirstAnswer_IsAnActivity()
    {
        await using var world = new HttpWorld(null);
        List<string> ended = [];
        using var listener = Listen(DiscoveryActivitySource.Name, activity =>
        {
            var text = $"{activity.OperationName} {string.Join(' ', Tags(activity))}";
            if (text.Contains("first-answer-of-this-test", StringComparison.Ordinal))
            {
                lock (ended)
                {
                    ended.Add(text);
                }
            }
        });

        var send = world.Client().GetAsync(new Uri("http://first-answer-of-this-test/"), Token);
        Assert.False(send.IsCompleted);
        world.Backend.Set(HttpWorld.Instance(1) with { ServiceName = "first-answer-of-this-test" });
        (await send).Dispose();
        (await world.Client().GetAsync(new Uri("http://first-answer-of-this-test/"), Token)).Dispose();

        Assert.Equal([$"discovery.wait_for_first_answer {Ours} service.peer.name=first-answer-of-this-test"], ended);
    }

    private static HttpRequestException Refused() => new(HttpRequestError.ConnectionError, "refused");

    private static async Task<HttpResponseMessage> AnswerAsync(string way, CancellationTokenSource cancel)
    {
        switch (way)
        {
            case "refused":
                throw Refused();
            case "broken":
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "broken");
            case "cancelled":
                await cancel.CancelAsync();
                throw new OperationCanceledException(cancel.Token);
            case "broken body":
                return new() { Content = new StreamContent(new BreakingStream()) };
            case "left body":
                return new() { Content = new StreamContent(new MemoryStream(new byte[100])) };
            default:
                return new((HttpStatusCode)int.Parse(way, System.Globalization.CultureInfo.InvariantCulture)) { Content = new StringContent("body") };
        }
    }

    private static async Task SendAsync(HttpWorld world, string way, CancellationToken cancellationToken)
    {
        try
        {
            // POST, so that nothing is sent twice.
            using var request = new HttpRequestMessage(HttpMethod.Post, Greeter);
            using var response = await world.Client().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (way != "left body")
            {
                await response.Content.CopyToAsync(Stream.Null, Token);
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
        }
    }

    private static ActivityListener Listen(string source, Action<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string[] Tags(Activity activity) => [.. activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)];

    private static string[] Collect(HttpWorld world)
    {
        var scope = world.Provider.GetRequiredService<IMeterFactory>();
        List<string> measured = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter is { Name: "Discovery.Client" } meter && ReferenceEquals(meter.Scope, scope) && instrument.Name is "discovery.client.picks" or "discovery.client.attempts")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (value > 0 && ReferenceEquals(instrument.Meter.Scope, scope))
            {
                measured.Add(FormattableString.Invariant($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))}"));
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. measured.Order(StringComparer.Ordinal)];
    }

    private sealed class BreakingStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("broken");

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("broken");
    }
}
