namespace Discovery.Client.Benchmarks;

/// <summary>What the stub answers.</summary>
public enum Answer
{
    /// <summary>200 with 128 bytes, Content-Type and Content-Length.</summary>
    Content,

    /// <summary>200 with nothing.</summary>
    NoContent,

    /// <summary>As <see cref="Content"/>, but not before the send has returned: the asynchronous path.</summary>
    Later,
}
