namespace Discovery.Client.Registration;

/// <summary>What a failure says about the next attempt.</summary>
/// <param name="IsTransient">Whether it may succeed by itself.</param>
/// <param name="NotBefore">How long the registry asked to wait; zero if it did not.</param>
internal readonly record struct RetryAdvice(bool IsTransient, TimeSpan NotBefore)
{
    /// <summary>A registry (or a proxy before it) that asks for more is asked again after this, since the instance is invisible meanwhile.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(2);

    // Whatever is no RegistryException is a defect of the adapter and may pass: it must never end a registration.
    public static RetryAdvice From(Exception? error)
        => error is RegistryException registry
            ? new(registry.IsTransient, registry.RetryAfter is not { } wait || wait < TimeSpan.Zero ? TimeSpan.Zero : wait < MaxRetryAfter ? wait : MaxRetryAfter)
            : new(IsTransient: true, TimeSpan.Zero);
}
