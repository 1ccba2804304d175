namespace Discovery.Client.Etcd;

/// <summary>A call did not end in time on a connection that lives: the same one may succeed there later, or a shorter one at once.</summary>
internal sealed class SlowAnswerException(string message, Exception? innerException) : RegistryException(message, innerException: innerException);
