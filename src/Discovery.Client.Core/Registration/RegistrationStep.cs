namespace Discovery.Client.Registration;

internal enum RegistrationAction
{
    /// <summary>Nothing to do for <see cref="RegistrationStep.Time"/>, or for ever, unless something happens.</summary>
    Wait,

    /// <summary>Send the wish once; the attempt may take <see cref="RegistrationStep.Time"/>.</summary>
    Register,

    /// <summary>Take it out of the registry and end.</summary>
    Deregister,
}

internal readonly record struct RegistrationStep(RegistrationAction Action, TimeSpan Time);
