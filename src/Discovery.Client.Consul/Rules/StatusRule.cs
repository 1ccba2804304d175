namespace Discovery.Client.Consul;

/// <summary>
/// Statuses and checks. The TTL check is the proof of life; <see cref="ServiceStatus.OutOfService"/> and <see cref="ServiceStatus.Starting"/> are Consul's own
/// maintenance check beside it, so that an instance taken out of traffic is still seen to live and is not reaped.
/// </summary>
internal static class StatusRule
{
    private const string NodeMaintenance = "_node_maintenance";

    private const string ServiceMaintenance = "_service_maintenance:";

    /// <summary>The heartbeat's verb.</summary>
    public static string Verb(ServiceStatus wanted) => wanted switch
    {
        ServiceStatus.Warning => "warn",
        ServiceStatus.Down => "fail",
        _ => "pass",
    };

    /// <summary>The TTL check's status in a registration.</summary>
    public static string CheckStatus(ServiceStatus wanted) => wanted switch
    {
        ServiceStatus.Warning => "warning",
        ServiceStatus.Down => "critical",
        _ => "passing",
    };

    public static bool NeedsMaintenance(ServiceStatus wanted) => wanted is ServiceStatus.OutOfService or ServiceStatus.Starting;

    public static string MaintenanceCheck(string id) => ServiceMaintenance + id;

    /// <summary>What the checks of an instance and its node say together: the worst, and death before maintenance.</summary>
    /// <param name="checks">Ids and statuses.</param>
    /// <param name="starting">Whether the instance says of itself that its maintenance is its start.</param>
    public static ServiceStatus Combine(IEnumerable<(string? Id, string? Status)> checks, bool starting)
    {
        var (critical, maintenance, warning) = (false, false, false);
        foreach (var (id, status) in checks)
        {
            if (status == "passing")
            {
                continue;
            }

            if (status == "warning")
            {
                warning = true;
            }
            else if (id is not null && (id == NodeMaintenance || id.StartsWith(ServiceMaintenance, StringComparison.Ordinal)))
            {
                maintenance = true;
            }
            else
            {
                critical = true;
            }
        }

        return critical ? ServiceStatus.Down
            : maintenance ? (starting ? ServiceStatus.Starting : ServiceStatus.OutOfService)
            : warning ? ServiceStatus.Warning
            : ServiceStatus.Up;
    }
}
