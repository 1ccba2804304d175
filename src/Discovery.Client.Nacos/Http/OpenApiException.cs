namespace Discovery.Client.Nacos;

/// <summary>An answer of the open API that is no success, sorted.</summary>
internal sealed class OpenApiException(string message, HttpError sort)
    : RegistryException(message, isTransient: sort is HttpError.Transient or HttpError.NotPassedOn or HttpError.Unknown)
{
    public HttpError Sort { get; } = sort;
}
