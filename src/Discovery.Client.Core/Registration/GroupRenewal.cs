using System.Diagnostics.CodeAnalysis;
using Discovery.Client.Internal;
using Discovery.Client.Selection;
using Discovery.Client.Telemetry;
using Microsoft.Extensions.Logging;

namespace Discovery.Client.Registration;

/// <summary>The loop that keeps one group alive.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "An adapter's token and a registration may end it at the same time; the source has no timer.")]
internal sealed partial class GroupRenewal(
    LeaseGroup group, LeaseLife life, BackendSlot slot, IRegistryBackend backend, EngineScheduler scheduler, LeaseRenewer owner,
    RandomSource random, DiscoveryMetrics metrics, LogThrottle throttle, ILogger logger)
{
    /// <summary>A due renewal waits so long at most for others to find out whether a registry that could not be reached is back.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ended = new();
    private LeaseLife _life = life;
    private Exception? _lastError;
    private bool _isTold;

    // Since the last renewal: a lease that ends then is lost by the outage, even if the registry is back already.
    private RegistryException? _outage;
    private Task _loop = Task.CompletedTask;
    private CancellationTokenRegistration _lost;

    /// <summary>Guarded by the owner's lock.</summary>
    public List<ILeaseHolder> Holders { get; } = [];

    public void Start()
    {
        if (group.RenewEvery is not null)
        {
            _loop = scheduler.Run(RunAsync);
        }

        if (group.Lost.CanBeCanceled)
        {
            _lost = group.Lost.UnsafeRegister(static state => ((GroupRenewal)state!).OnGroupLost(), this);
        }
    }

    public Task EndAsync()
    {
        // Unregister, not Dispose: this may run inside the callback or while another thread is in it.
        _lost.Unregister();
        _ended.Cancel();
        return _loop;
    }

    private void OnGroupLost() => owner.Lose(group, error: null, TimeSpan.Zero);

    private async Task RunAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                var step = _life.Next(ClockReading.Of(scheduler.TimeProvider));
                switch (step.Action)
                {
                    case LeaseAction.Wait:
                        await scheduler.Delay(step.Time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                        break;
                    case LeaseAction.Renew:
                        await RenewInTurnAsync(step.Time).ConfigureAwait(true);
                        break;
                    case LeaseAction.Lost:
                        owner.Lose(group, _lastError ?? _outage, step.Time);
                        return;
                }
            }
            catch (LeaseLostException error)
            {
                metrics.RecordRegistryError(slot.Name, error);
                owner.Lose(group, error, TimeSpan.Zero);
                return;
            }
            catch (Exception) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Fail(error);
            }
        }
    }

    private async ValueTask RenewInTurnAsync(TimeSpan limit)
    {
        _outage ??= slot.Gate.Error;
        var patience = _life.TimeToLive / 12 < LongestPatience ? _life.TimeToLive / 12 : LongestPatience;
        if (await slot.Gate.EnterInHurryAsync(patience, limit, scheduler, _ended.Token).ConfigureAwait(true)
            && _life.Next(ClockReading.Of(scheduler.TimeProvider)) is { Action: LeaseAction.Renew } step)
        {
            await RenewOnceAsync(step.Time).ConfigureAwait(true);
        }
    }

    private async ValueTask RenewOnceAsync(TimeSpan timeout)
    {
        var (sent, sentAt) = (ClockReading.Of(scheduler.TimeProvider), scheduler.TimeProvider.GetTimestamp());
        using var attempt = new CancellationTokenSource(timeout, scheduler.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, _ended.Token);
        try
        {
            await backend.RenewAsync(group, either.Token).ConfigureAwait(true);
        }
        catch (OperationCanceledException error) when (attempt.IsCancellationRequested)
        {
            throw new RegistryException($"The renewal was not answered within {timeout.TotalSeconds:0.###} s.", innerException: error);
        }
        catch (RegistryException error)
        {
            slot.ReportFailed(null, error, sentAt, scheduler.TimeProvider, logger);
            throw;
        }

        slot.ReportAnswered(scheduler.TimeProvider, logger);
        _life = _life.Renewed(sent, random);
        _outage = null;
        if (_lastError is not null)
        {
            Log.RenewedAgain(logger, _isTold ? LogLevel.Information : LogLevel.Debug, group.Id, slot.Name);
            (_lastError, _isTold) = (null, false);
        }
    }

    private void Fail(Exception error)
    {
        metrics.RecordRegistryError(slot.Name, error);
        _life = _life.Failed(ClockReading.Of(scheduler.TimeProvider), RetryAdvice.From(error), random);
        var isFirst = _lastError is null;
        _lastError = error;
        if (isFirst)
        {
            // That a registry cannot be reached is the backend's one line.
            _isTold = error is not RegistryException { Connection: not null } && throttle.Pass(210, slot.Name);
            Log.RenewalFailed(logger, _isTold ? LogLevel.Warning : LogLevel.Debug, group.Id, slot.Name, _life.TimeToLive.TotalSeconds, error);
        }
    }
}
