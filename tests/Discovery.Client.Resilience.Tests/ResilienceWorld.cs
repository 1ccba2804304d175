using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discovery.Client.Resilience.Tests;

/// <summary>A container with the engine, static instances a, b, c, … of service "greeter", and a stub where the sockets would be.</summary>
internal sealed class ResilienceWorld : HttpMessageHandler, IAsyncDisposable
{
    private readonly Settings _settings = new();
    private readonly Func<string, int, CancellationToken, Task<HttpResponseMessage>> _answer;
    private readonly List<string> _sent = [];
    private ServiceProvider? _provider;

    /// <param name="instances">How many instances there are.</param>
    /// <param name="answer">What an instance does with the n-th request of all.</param>
    /// <param name="settings">Settings, below section Discovery.</param>
    public ResilienceWorld(int instances, Func<string, int, CancellationToken, Task<HttpResponseMessage>> answer, params (string Key, string Value)[] settings)
    {
        _answer = answer;
        _settings.Values["Discovery:Backend"] = "static";
        foreach (var (key, value) in settings)
        {
            _settings.Values["Discovery:" + key] = value;
        }

        List(Enumerable.Range(0, instances).Select(i => (char)('a' + i)));
        Services.AddDiscoveryClient(new ConfigurationBuilder().Add(_settings).Build());
        Services.AddHttpClient("c").ConfigurePrimaryHttpMessageHandler(() => this);
    }

    public ServiceCollection Services { get; } = new();

    /// <summary>The instances that requests went to, in their order.</summary>
    public string[] Sent
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent];
            }
        }
    }

    public ServiceProvider Provider => _provider ??= Services.BuildServiceProvider();

    public HttpClient Client => Provider.GetRequiredService<IHttpClientFactory>().CreateClient("c");

    /// <summary>Lists instances by their letters.</summary>
    public void List(IEnumerable<char> instances)
    {
        foreach (var key in _settings.Values.Keys.Where(key => key.StartsWith("Discovery:Static:", StringComparison.Ordinal)).ToArray())
        {
            _settings.Values.Remove(key);
        }

        foreach (var letter in instances)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"Discovery:Static:Services:greeter:{letter - 'a'}");
            _settings.Values[path + ":Address"] = $"http://{letter}.test:80";
            _settings.Values[path + ":InstanceId"] = letter.ToString();
        }

        _settings.Tell();
    }

    public void Set(string key, string value)
    {
        _settings.Values["Discovery:" + key] = value;
        _settings.Tell();
    }

    public ValueTask DisposeAsync() => _provider?.DisposeAsync() ?? default;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var instance = request.RequestUri!.Host.Split('.')[0];
        int number;
        lock (_sent)
        {
            _sent.Add(instance);
            number = _sent.Count;
        }

        var response = await _answer(instance, number, cancellationToken);
        response.RequestMessage = request;
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    private sealed class Settings : ConfigurationProvider, IConfigurationSource
    {
        public IDictionary<string, string?> Values => Data;

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Tell() => OnReload();
    }
}
