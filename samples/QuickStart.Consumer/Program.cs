using QuickStart.Consumer;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddServiceDiscovery();
builder.Services.AddHttpClient("greeter", client =>
{
    client.BaseAddress = new Uri("http://greeter");
    client.Timeout = TimeSpan.FromSeconds(1);
}).AddDiscoveryHandler();
builder.Services.AddHostedService<Load>();
builder.Build().Run();
