namespace Discovery.Client;

/// <summary>Makes the backends of one type. An adapter registers one in the container: <c>services.AddSingleton&lt;IRegistryBackendFactory, …&gt;()</c>.</summary>
public interface IRegistryBackendFactory
{
    /// <summary>The type as configuration names it, in lower case: <c>consul</c>, <c>etcd</c>, …</summary>
    string Type { get; }

    /// <summary>
    /// Whether its backends follow changes of their settings while they run, through the reload token of <see cref="SettingsReader.Section"/>. If they do not, the engine says in one
    /// log line that a change takes effect after a restart.
    /// </summary>
    /// <value>The default is false.</value>
    bool FollowsSettings => false;

    /// <summary>Makes one backend. It must not connect: a registry that is down is no error yet.</summary>
    /// <param name="context">The backend's name and settings.</param>
    /// <exception cref="DiscoveryConfigurationException">A setting is wrong. Wrong values may instead be left to the reader, whose errors the engine collects.</exception>
    IRegistryBackend Create(RegistryBackendContext context);
}
