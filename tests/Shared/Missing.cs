using Discovery.Client.Servers;

namespace Discovery.Client.Adapters.Tests;

/// <summary>What this machine does not have.</summary>
internal static class Missing
{
    /// <summary>A server or a peer that is not there skips the test.</summary>
    public static async Task<T> Skips<T>(Task<T> start)
    {
        try
        {
            return await start;
        }
        catch (ServerUnavailableException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
