namespace Discovery.Client.Nacos;

/// <summary>States as they stand in metadata.</summary>
internal static class StatusText
{
    public static bool TakesTraffic(ServiceStatus status) => status is ServiceStatus.Up or ServiceStatus.Warning;

    /// <returns>Null: nothing is to be written.</returns>
    public static string? Format(ServiceStatus status) => status switch
    {
        ServiceStatus.Warning => "warning",
        ServiceStatus.Starting => "starting",
        ServiceStatus.Down => "down",
        ServiceStatus.OutOfService => "out",
        _ => null,
    };

    public static ServiceStatus Parse(string? text) => text switch
    {
        "warning" => ServiceStatus.Warning,
        "starting" => ServiceStatus.Starting,
        "down" => ServiceStatus.Down,
        "out" => ServiceStatus.OutOfService,
        _ => ServiceStatus.Up,
    };
}
