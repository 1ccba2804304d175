namespace QuickStart;

/// <summary>Something the conductor did to a provider.</summary>
internal sealed record Incident(DateTimeOffset At, Provider Provider, string What);
