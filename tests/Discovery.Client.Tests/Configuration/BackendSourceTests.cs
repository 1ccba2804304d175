using Discovery.Client.Internal;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discovery.Client.Tests.Configuration;

public sealed class BackendSourceTests
{
    private const string Json = """
        {"Discovery":{"Backend":"Fake","Fake":{"Endpoints":["http://a:1"]},"Backends":{"eu":{"Type":"FAKE","Endpoints":["http://b:1"]},"spare":{"Type":"fake","Endpoints":["http://c:1"]}},
          "Services":{"s":{"Backend":"EU"}}}}
        """;

    [Fact]
    public async Task Default_IsWhatTheOptionsSay()
    {
        await using var setup = ConfigurationSetup.OfJson(Json);
        Assert.Equal("Fake", setup.Backends.DefaultName);
        Assert.Same(setup.Backends.Get("fake"), setup.Backends.Get("FAKE"));
        Assert.Equal("fake", setup.Backends.Get("Fake").Name);
    }

    [Fact]
    public async Task Start_MakesTheUsedBackendsAndNoOther()
    {
        await using var setup = ConfigurationSetup.OfJson(Json);
        _ = setup.Backends;
        Assert.Equal(["fake", "eu"], setup.Fake.Made.Select(backend => backend.Name));
        Assert.Equal(new Uri("http://b:1"), Assert.Single(setup.Fake.Made[1].Endpoints));

        var spare = setup.Backends.Get("spare").Current;
        Assert.Same(setup.Fake.Made[^1], spare);
        Assert.Equal(3, setup.Fake.Made.Count);
    }

    [Fact]
    public async Task Get_ByManyThreads_MakesOne()
    {
        await using var setup = ConfigurationSetup.OfJson(Json);
        var backends = setup.Backends;
        using var start = new Barrier(8);
        var slots = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                return backends.Get("spare");
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.Single(slots.Distinct());
        Assert.Single(setup.Fake.Made, backend => backend.Name == "spare");
    }

    [Fact]
    public async Task Get_Unknown_Suggests()
    {
        await using var setup = ConfigurationSetup.OfJson(Json);
        var exception = Assert.Throws<DiscoveryConfigurationException>(() => setup.Backends.Get("sparr"));
        Assert.Equal("The backend is 'sparr', which is no backend (did you mean 'spare'?).", Assert.Single(exception.Errors));
    }

    [Fact]
    public async Task Get_WrongSettings_ThrowsAndClosesWhatWasMade()
    {
        await using var setup = ConfigurationSetup.OfJson("""{"Discovery":{"Backend":"memory","Fake":{"Timeout":"5"}}}""");
        Assert.Throws<DiscoveryConfigurationException>(() => setup.Backends.Get("fake"));
        var made = Assert.Single(setup.Fake.Made);
        await made.Disposed.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(1, made.Disposals);
    }

    [Fact]
    public async Task Dispose_ClosesEachOnce()
    {
        var setup = ConfigurationSetup.OfJson(Json);
        var backends = setup.Backends;
        await setup.DisposeAsync();
        Assert.All(setup.Fake.Made, backend => Assert.Equal(1, backend.Disposals));
        Assert.Throws<ObjectDisposedException>(() => backends.Get("spare"));
    }

    [Fact]
    public void Dispose_OfContainerWithoutAwait_ClosesToo()
    {
        var fake = new FakeBackendFactory("fake");
        var services = new ServiceCollection();
        services.AddDiscoveryClient(options => options.Backend = "fake").Services.AddSingleton<IRegistryBackendFactory>(fake);
        using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<IBackendSource>().Get("fake");
        }

        Assert.Equal(1, Assert.Single(fake.Made).Disposals);
    }

    [Fact]
    public async Task TwoFactoriesOfOneType_TheLastWins()
    {
        var last = new FakeBackendFactory("FAKE");
        await using var setup = new ConfigurationSetup(ConfigurationSetup.Json(Json), services => services.AddSingleton<IRegistryBackendFactory>(last));
        _ = setup.Backends;
        Assert.Empty(setup.Fake.Made);
        Assert.Equal(2, last.Made.Count);
    }
}
