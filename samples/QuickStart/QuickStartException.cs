namespace QuickStart;

/// <summary>The run cannot go on. The message is for the person who started it.</summary>
internal sealed class QuickStartException(string message) : Exception(message);
