using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Simulation.Load;

/// <summary>A provider on a real socket, of this process.</summary>
internal sealed class LoadProvider : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _requests;

    private LoadProvider(WebApplication application) => _application = application;

    public string Address { get; private set; } = "";

    public int Requests => Volatile.Read(ref _requests);

    /// <param name="time">How long an answer takes.</param>
    /// <param name="status">What it is.</param>
    public static async Task<LoadProvider> StartAsync(TimeSpan time, int status = 200)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new LoadProvider(builder.Build());
        provider._application.Run(async context =>
        {
            Interlocked.Increment(ref provider._requests);
            if (time > TimeSpan.Zero)
            {
                await Task.Delay(time, context.RequestAborted);
            }

            context.Response.StatusCode = status;
            await context.Response.WriteAsync("hello");
        });
        await provider._application.StartAsync();
        provider.Address = provider._application.Urls.Single();
        return provider;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
