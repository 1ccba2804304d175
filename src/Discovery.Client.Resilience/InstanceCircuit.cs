using Discovery.Client.Http;
using Discovery.Client.Selection;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace Discovery.Client.Resilience;

/// <summary>The circuit of one instance. While it is open, or one request finds out whether it may close, the node says that it is refused.</summary>
internal sealed partial class InstanceCircuit
{
    // See IAttemptPolicy.
    private const string Refusal = "Discovery.Client.Refused";

    private readonly ServiceNode _node;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;
    private readonly CircuitBreakerStateProvider _state = new();
    private CircuitBreakerOptions _settings;
    private ITimer? _timer;
    private volatile bool _isRetired;

    public InstanceCircuit(string service, ServiceNode node, CircuitBreakerOptions settings, TimeProvider clock, ILogger logger)
    {
        (Service, _node, _settings, _clock, _logger) = (service, node, settings, clock, logger);
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            FailureRatio = settings.FailurePercent / 100,
            MinimumThroughput = settings.MinRequests,
            SamplingDuration = settings.Window,
            BreakDuration = settings.BreakTime,
            ShouldHandle = arguments => ValueTask.FromResult(IsFailure(arguments.Outcome, arguments.Context.CancellationToken)),
            StateProvider = _state,
            OnOpened = _ => Opened(),
            OnHalfOpened = _ => Refuse(true),
            OnClosed = _ => Closed(),
        }).Build();
    }

    public string Service { get; }

    /// <summary>Whether it was made by settings like these. A reload makes new objects of the same values, which is no reason to forget.</summary>
    public bool IsFor(CircuitBreakerOptions settings)
    {
        if (!ReferenceEquals(settings, _settings) && CircuitRule.AreSame(settings, _settings))
        {
            _settings = settings;
        }

        return ReferenceEquals(settings, _settings);
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (state, token) =>
                {
                    try
                    {
                        return await state.send(state.request, token).ConfigureAwait(false);
                    }
                    catch (HttpRequestException exception)
                    {
                        Mark(exception, state.request);
                        throw;
                    }
                },
                (send, request),
                cancellationToken).ConfigureAwait(false);
        }
        catch (BrokenCircuitException exception)
        {
            throw NotSent(exception);
        }
    }

    public HttpResponseMessage Send(HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, HttpResponseMessage> send, CancellationToken cancellationToken)
    {
        try
        {
            return _pipeline.Execute(
                static (state, token) =>
                {
                    try
                    {
                        return state.send(state.request, token);
                    }
                    catch (HttpRequestException exception)
                    {
                        Mark(exception, state.request);
                        throw;
                    }
                },
                (send, request),
                cancellationToken);
        }
        catch (BrokenCircuitException exception)
        {
            throw NotSent(exception);
        }
    }

    /// <summary>Another takes its place.</summary>
    public void Retire()
    {
        _isRetired = true;
        _timer?.Dispose();
        _node.IsRefused = false;
    }

    // The pipeline knows the outcome, not the request.
    private static void Mark(HttpRequestException exception, HttpRequestMessage request)
    {
        if (UploadFailure.IsOfTheCaller(exception, request))
        {
            exception.Data[CircuitRule.OfTheCaller] = true;
        }
    }

    // The state is behind a lock, so that it is asked for only when there is an exception.
    private bool IsFailure(Outcome<HttpResponseMessage> outcome, CancellationToken cancellationToken)
        => CircuitRule.IsFailure(outcome.Result, outcome.Exception, outcome.Exception is not null && _state.CircuitState == CircuitState.HalfOpen, cancellationToken);

    private HttpRequestException NotSent(BrokenCircuitException exception)
        => new(HttpRequestError.ConnectionError, $"Nothing was sent: the circuit of instance '{_node.Instance.InstanceId}' of '{Service}' is open.", exception)
        {
            Data = { [Refusal] = true },
        };

    private ValueTask Opened()
    {
        Log.Opened(_logger, Service, _node.Instance.InstanceId, _settings.BreakTime);
        _timer?.Dispose();
        _timer = _clock.CreateTimer(static circuit => ((InstanceCircuit)circuit!).LetOneThrough(), this, _settings.BreakTime, Timeout.InfiniteTimeSpan);
        return Refuse(true);
    }

    private void LetOneThrough()
    {
        if (!_isRetired)
        {
            _node.IsRefused = false;
        }
    }

    private ValueTask Closed()
    {
        Log.Closed(_logger, Service, _node.Instance.InstanceId);
        return Refuse(false);
    }

    private ValueTask Refuse(bool refused)
    {
        if (!_isRetired)
        {
            _node.IsRefused = refused;
        }

        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(370, LogLevel.Warning, "Service {Service}: the circuit of instance {Instance} opens for {Time}, since too many requests to it fail.", EventName = "CircuitOpened")]
        public static partial void Opened(ILogger logger, string service, string instance, TimeSpan time);

        [LoggerMessage(371, LogLevel.Information, "Service {Service}: the circuit of instance {Instance} is closed again.", EventName = "CircuitClosed")]
        public static partial void Closed(ILogger logger, string service, string instance);
    }
}
