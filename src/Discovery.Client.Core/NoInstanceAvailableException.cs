using Discovery.Client.Snapshots;

namespace Discovery.Client;

/// <summary>No instance of the service can be chosen. The message names the service, the backend, the state of the list and its age.</summary>
/// <remarks>
/// It is an <see cref="HttpRequestException"/> with <see cref="HttpRequestError.NameResolutionError"/>, so that what a program does about a host that cannot be found (a <c>catch</c>, a retry
/// policy) it also does about a service without instances. <see cref="IDiscoveryClient"/> throws the same where no request is made.
/// </remarks>
public sealed class NoInstanceAvailableException : HttpRequestException
{
    private CallExplanation? _explanation;

    /// <summary>Creates the exception.</summary>
    /// <param name="view">What was known of the service.</param>
    /// <param name="reason">Why none can be chosen, to be read after "no instance of … is available: ".</param>
    /// <param name="innerException">The cause.</param>
    public NoInstanceAvailableException(ServiceView view, string reason, Exception? innerException = null)
        : base(HttpRequestError.NameResolutionError, $"No instance of {NameOf(view)} is available: {reason.TrimEnd('.')}. {view.Describe()}", innerException)
        => View = view;

    /// <summary>What was known of the service.</summary>
    public ServiceView View { get; }

    /// <summary>Why there is none: the instances that are listed, and what left each out. Made when it is asked for, unless the call itself was to be explained.</summary>
    public CallExplanation Explanation => _explanation ??= Explain();

    internal NoInstanceAvailableException(ServiceView view, string reason, CallExplanation? explanation)
        : this(view, reason)
        => _explanation = explanation;

    private CallExplanation Explain()
    {
        var explanation = new CallExplanation();
        explanation.Choose(View, default, null, null, null);
        return explanation;
    }

    // The name in the registry is the one to correct when it is wrong.
    private static string NameOf(ServiceView view)
        => view.Query.Name == view.ServiceName ? $"'{view.ServiceName}'" : $"'{view.ServiceName}' ('{view.Query.Name}' in the registry)";
}
