using Xunit;

namespace Discovery.Client.Tests.Registration;

/// <summary>Tests that disturb the whole process, such as by blocking the thread pool. They run when nothing else does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
