using System.Text.Json.Serialization;

namespace QuickStart.Protocol;

/// <summary>One line that a provider or the consumer writes for the conductor: JSON after an <c>@</c>. One of its parts is set.</summary>
internal sealed record Report
{
    public ProviderReport? Provider { get; init; }

    public RegistrationReport? Registration { get; init; }

    public CallsReport? Calls { get; init; }

    public ViewReport? View { get; init; }
}

/// <summary>What a provider counts: requests whose handler has begun, and those among them that have ended.</summary>
internal sealed record ProviderReport(long Started, long Finished);

/// <summary>How a provider's registration stands.</summary>
internal sealed record RegistrationReport(string InstanceId, string State, string? Error);

/// <summary>What the consumer counts. <c>Calls</c> have ended, well or not.</summary>
internal sealed record CallsReport(DateTimeOffset At, long Calls, long Failures, string[] FirstFailures, AnswersReport[] Answers, bool IsLast);

/// <summary>The answers that came from one instance, with the latencies in ms since the report before.</summary>
internal sealed record AnswersReport(string From, long Calls, DateTimeOffset LastAt, double? Median, double? P95);

/// <summary>The list of instances as the consumer has it.</summary>
internal sealed record ViewReport(DateTimeOffset At, string State, string[] Listed, string? StaleReason);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportContext : JsonSerializerContext;
