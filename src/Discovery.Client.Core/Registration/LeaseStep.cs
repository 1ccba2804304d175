namespace Discovery.Client.Registration;

internal enum LeaseAction
{
    /// <summary>Look again after <see cref="LeaseStep.Time"/>.</summary>
    Wait,

    /// <summary>Send one renewal that may take <see cref="LeaseStep.Time"/>.</summary>
    Renew,

    /// <summary>The registry must be assumed to have dropped it; registering again must wait <see cref="LeaseStep.Time"/>.</summary>
    Lost,
}

internal readonly record struct LeaseStep(LeaseAction Action, TimeSpan Time);
