namespace Discovery.Client.Selection;

/// <summary>What a filter may depend on.</summary>
public readonly struct FilterContext
{
    private readonly Availability _availability;

    /// <summary>The service, as the program names it.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The service's settings.</summary>
    public required ServiceOptions Options { get; init; }

    /// <summary>How its instances are chosen: its own settings, or those of all services.</summary>
    public required SelectionOptions Selection { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>The dice.</summary>
    public required RandomSource Random { get; init; }

    internal Availability Availability { get => _availability.Unhealthy.IsDefault ? Availability.Full : _availability; init => _availability = value; }
}
