using QuickStart.Provider;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddServiceDiscovery();

var app = builder.Build();
app.UseCounting();
app.MapGet("/hello", async (HttpContext context) =>
{
    await Task.Delay(Random.Shared.Next(5, 51));
    return $"Hello from {context.Connection.LocalIpAddress}:{context.Connection.LocalPort}";
});
app.Run();
