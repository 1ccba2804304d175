using Discovery.Client.Registration;
using Discovery.Client.Selection;

namespace Discovery.Client;

/// <summary>The settings of the engine, section <c>Discovery</c>.</summary>
public sealed class DiscoveryClientOptions
{
    /// <summary>The backend used where a service names none.</summary>
    /// <value>The default is <c>local</c>, the registry in a directory of this machine.</value>
    public string Backend { get; set; } = "local";

    /// <summary>The selector used where a service names none.</summary>
    /// <value>The default is <see cref="SelectorNames.PeakEwma"/>.</value>
    public string Selector { get; set; } = SelectorNames.PeakEwma;

    /// <summary>How instances are chosen where a service says nothing else, beside the selector's name.</summary>
    public SelectionOptions Selection { get; set; } = new();

    /// <summary>Further attempts and hedging, where a service says nothing else.</summary>
    public RequestOptions Requests { get; set; } = new();

    /// <summary>How long the first call for a service waits for the registry's first answer.</summary>
    /// <value>The default is 5 seconds; 10 ms to 10 minutes.</value>
    public TimeSpan FirstAnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after the last interest in a service its watch ends. The last view is kept.</summary>
    /// <value>The default is 15 minutes; 1 second to 30 days.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a watch starts over with a whole list, so that nothing missed stays missed. Each time is drawn from 2/3 to 4/3 of it.</summary>
    /// <value>The default is 7.5 minutes, so 5 to 10; 1 second to 30 days.</value>
    public TimeSpan ResyncInterval { get; set; } = TimeSpan.FromMinutes(7.5);

    /// <summary>How long a list that suddenly became empty is held back at most while it is being confirmed. The time in which the registry cannot be asked does not count.</summary>
    /// <value>
    /// The default is 45 seconds, which is longer than the longest pause (36 seconds) after which a provider registers again at a registry that lost its data;
    /// 0, which obeys at once, to 30 days.
    /// </value>
    public TimeSpan EmptyHold { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long the program goes on serving after it deregistered on stop, so that callers learn of it.</summary>
    /// <value>The default is 1 second; 0 to 5 minutes.</value>
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long deregistration on stop may take in all.</summary>
    /// <value>The default is 5 seconds; 100 ms to 5 minutes.</value>
    public TimeSpan DeregisterTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What differs per service, by the name the program uses; compared without regard to case.</summary>
    public IDictionary<string, ServiceOptions> Services { get; } = new Dictionary<string, ServiceOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What this program registers, by an arbitrary key; section <c>Registration</c> has the key <c>""</c>.</summary>
    public IDictionary<string, RegistrationOptions> Registrations { get; } = new Dictionary<string, RegistrationOptions>(StringComparer.OrdinalIgnoreCase);
}
