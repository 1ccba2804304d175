namespace Discovery.Client.QuickStart.Tests;

/// <summary>What the pages show beside the quick start's own programs: compiled here, so that it stays true.</summary>
internal static class Snippets
{
    public static async Task<string> PickAsync(IDiscoveryClient discovery)
    {
        using var pick = await discovery.PickAsync("greeter");
        var address = $"{pick.Instance.Host}:{pick.Instance.Port}";
        return address;
    }
}
