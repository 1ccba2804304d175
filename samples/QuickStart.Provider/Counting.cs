using Discovery.Client.Registration;
using QuickStart.Protocol;

namespace QuickStart.Provider;

/// <summary>Counts requests for the conductor's table. A provider of your own does not need it.</summary>
internal static class Counting
{
    public static void UseCounting(this WebApplication app)
    {
        if (!Conducted.By(app.Configuration))
        {
            return;
        }

        long started = 0, finished = 0;
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            if (context.Request.Path != "/hello")
            {
                await next(context);
                return;
            }

            // Written before the handler runs: what stands in the pipe survives a SIGKILL, so the conductor knows every request that had begun.
            Conducted.Tell(new Report { Provider = new ProviderReport(Interlocked.Increment(ref started), Interlocked.Read(ref finished)) });
            await next(context);
            Interlocked.Increment(ref finished);
        });

        app.Lifetime.ApplicationStarted.Register(() => _ = TellRegistrationAsync(app));
        app.Lifetime.ApplicationStopped.Register(() => Conducted.Tell(new Report { Provider = new ProviderReport(Interlocked.Read(ref started), Interlocked.Read(ref finished)) }));
        Conducted.StopWithConductor(app.Lifetime);
    }

    private static async Task TellRegistrationAsync(WebApplication app)
    {
        var registrar = app.Services.GetRequiredService<IServiceRegistrar>();
        RegistrationReport? told = null;
        while (!app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            if (registrar.Registrations.FirstOrDefault() is { } handle)
            {
                var report = new RegistrationReport(handle.Registration.Instance.InstanceId, handle.State.ToString(), handle.LastError?.Message);
                if (report != told)
                {
                    Conducted.Tell(new Report { Registration = told = report });
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
