using Xunit;

namespace Discovery.Client.Tests.Embedded;

[CollectionDefinition(nameof(StarvedPoolCollection), DisableParallelization = true)]
public sealed class StarvedPoolCollection;
