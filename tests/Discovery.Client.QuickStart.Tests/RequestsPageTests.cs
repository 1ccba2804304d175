using System.Net;
using Discovery.Client.Selection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Discovery.Client.QuickStart.Tests;

/// <summary>docs/requests.md and the page of Discovery.Client.Resilience: what they show does what they say.</summary>
public sealed class RequestsPageTests : IDisposable
{
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(null);
    private readonly FakeTimeProvider _clock = new();
    private IHost? _host;

    public RequestsPageTests() => _builder.Configuration.AddInMemoryCollection(
    [
        new("Discovery:Backend", "static"),
        .. "abcd".Select(letter => KeyValuePair.Create<string, string?>($"Discovery:Static:Services:orders:{letter - 'a'}", $"http://{letter}.test:8080")),
    ]);

    public void Dispose() => _host?.Dispose();

    [Fact]
    public async Task Repeatable_FirstAnswers503_IsSentToAnotherWithItsContent()
    {
        _builder.Services.AddServiceDiscovery();
        _builder.Services.AddHttpClient("orders").AddDiscoveryHandler();
        var wire = Wire(number => number == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, await Snippets.Requests.RepeatAsync(Client(), ["blue"]));

        Assert.Equal(2, wire.Hosts.Distinct().Count());
        Assert.Equal(["[\"blue\"]", "[\"blue\"]"], wire.Contents);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CircuitBreakers_OneFails_GetsTenRequestsAndOneWhenTheBreakIsOver(bool readme)
    {
        // Settings under which nothing else keeps requests away from it.
        _builder.Configuration.AddInMemoryCollection([new("Discovery:Selector", "round-robin"), new("Discovery:Selection:Outlier:Enabled", "false")]);
        _builder.Services.AddSingleton<TimeProvider>(_clock);
        if (readme)
        {
            Snippets.PackageReadmes.Resilience(_builder);
        }
        else
        {
            Snippets.Requests.CircuitBreakers(_builder.Services);
            _builder.Services.AddHttpClient("orders").AddDiscoveryHandler();
        }

        var wire = Wire(host => host == "a.test" ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
        var client = Client();

        await GetAsync(client, 60);
        Assert.Equal(10, wire.Hosts.Count(host => host == "a.test"));

        _clock.Advance(TimeSpan.FromSeconds(10.1));
        await GetAsync(client, 60);
        Assert.Equal(11, wire.Hosts.Count(host => host == "a.test"));
        Assert.Equal(4, wire.Hosts.Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StandardResilienceHandler_AllFail_EachOfItsFourAttemptsGoesToAnother(bool onAllClients)
    {
        if (onAllClients)
        {
            Snippets.Requests.ResilienceOnAllClients(_builder.Services);
        }
        else
        {
            Snippets.Requests.ResilienceOnOneClient(_builder.Services);
        }

        _builder.Services.ConfigureAll<HttpStandardResilienceOptions>(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));
        var wire = Wire((string _) => HttpStatusCode.InternalServerError);

        await GetAsync(Client(), 1);

        Assert.Equal(["a.test", "b.test", "c.test", "d.test"], wire.Hosts.Order());
    }

    [Fact]
    public async Task Explain_TwoAttempts_TellsBoth()
    {
        _builder.Services.AddServiceDiscovery();
        _builder.Services.AddHttpClient("orders").AddDiscoveryHandler();
        var wire = Wire(number => number == 1 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);

        var why = await Snippets.Requests.ExplainAsync(Client());

        Assert.Equal([RequestOutcome.Failure, RequestOutcome.Success], why.Attempts.Select(attempt => attempt.Outcome!.Value));
        Assert.Equal(wire.Hosts, why.Attempts.Select(attempt => attempt.Uri!.Host));
        Assert.Equal($"http://{wire.Hosts[1]}:8080/7", why.FinalUri!.AbsoluteUri);
        Assert.Equal(4, why.Candidates.Count);
    }

    private StubWire Wire(Func<int, HttpStatusCode> answer) => Wire(new StubWire((_, number) => answer(number)));

    private StubWire Wire(Func<string, HttpStatusCode> answer) => Wire(new StubWire((host, _) => answer(host)));

    private StubWire Wire(StubWire wire)
    {
        _builder.Services.AddHttpClient("orders").ConfigurePrimaryHttpMessageHandler(() => wire);
        return wire;
    }

    private HttpClient Client()
    {
        _host = _builder.Build();
        return _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("orders");
    }

    private static async Task GetAsync(HttpClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await client.GetAsync(new Uri("http://orders/7"), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Stands where the sockets would be; one request at a time.</summary>
    private sealed class StubWire(Func<string, int, HttpStatusCode> answer) : HttpMessageHandler
    {
        public List<string> Hosts { get; } = [];

        public List<string> Contents { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            if (request.Content is { } content)
            {
                Contents.Add(await content.ReadAsStringAsync(cancellationToken));
            }

            return new HttpResponseMessage(answer(Hosts[^1], Hosts.Count)) { RequestMessage = request };
        }
    }
}
