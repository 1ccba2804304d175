using System.Net;

namespace Discovery.Client.Consul;

/// <summary>What is known about an empty list besides its being empty. Null: not looked at.</summary>
/// <param name="AclsEnabled">Whether the agent has ACLs at all.</param>
/// <param name="Filtered">Whether the answer says that something was left out for want of rights.</param>
/// <param name="MayReadService">Whether the agent lets the token see a service of this name.</param>
/// <param name="SeesNodes">Whether the token sees any node of the catalog.</param>
internal readonly record struct EmptyListEvidence(bool? AclsEnabled, bool Filtered, bool? MayReadService, bool? SeesNodes);

/// <summary>Whether an empty answer means "there are no instances". Consul answers a reader without rights in the same way.</summary>
internal static class EmptyListRule
{
    /// <summary>Returns null if the list is really empty, else why that cannot be said.</summary>
    public static string? Doubt(in EmptyListEvidence evidence)
        => evidence.Filtered ? "the token lacks rights, Consul left records out"
            : evidence.AclsEnabled == false ? null
            : evidence.MayReadService != true ? "the token lacks service:read"
            : evidence.SeesNodes != true ? "the token lacks node:read"
            : null;

    /// <summary>Whether the agent has ACLs, by its answer to the question who the token is. Null: the answer is a passing failure and says nothing.</summary>
    public static bool? AclsEnabled(HttpStatusCode status, string body)
        => status == HttpStatusCode.Unauthorized && body.Contains("ACL support disabled", StringComparison.Ordinal) ? false
            : ConsulErrors.Sort(status, body) is ConsulError.Transient or ConsulError.Throttled ? null
            : true;

    /// <summary>Whether the token may see the service, by the agent's answer to the question for its state. Null: the answer is a failure and says nothing.</summary>
    public static bool? MayRead(HttpStatusCode status, string body) => ConsulErrors.IsDenied(status, body) ? false : ConsulErrors.IsState(status, body) ? true : null;

    /// <summary>Whether the token sees nodes, by the beginning of their list. Null: the answer is a failure and says nothing.</summary>
    public static bool? SeesNodes(HttpStatusCode status, string body)
        => ConsulErrors.IsDenied(status, body) ? false : (int)status is >= 200 and < 300 ? body.Contains('{', StringComparison.Ordinal) : null;
}
