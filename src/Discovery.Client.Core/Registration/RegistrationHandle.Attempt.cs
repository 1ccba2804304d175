namespace Discovery.Client.Registration;

internal sealed partial class RegistrationHandle
{
    private async Task RegisterOnceAsync(TimeSpan timeout)
    {
        try
        {
            await EnterAsync().ConfigureAwait(true);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        var hung = false;
        var sentAt = _services.Scheduler.TimeProvider.GetTimestamp();
        try
        {
            await SendWishAsync(timeout).ConfigureAwait(true);
        }
        catch (OperationCanceledException error) when (!_patience.IsCancellationRequested)
        {
            hung = true;
            _slot.Gate.Leave(this);
            OnFailed(new RegistryException($"The registration was not answered within {timeout.TotalSeconds:0.###} s.", innerException: error), isHeldBack: false);
        }
        catch (RegistryException error)
        {
            var isHeldBack = _slot.ReportFailed(this, error, sentAt, _services.Scheduler.TimeProvider, _services.Logger);
            OnFailed(error, isHeldBack && !_slot.Gate.LeavesAlone(this, ref _openings));
        }
        catch (Exception error)
        {
            _slot.Gate.Leave(this);
            OnFailed(error, isHeldBack: false);
        }
        finally
        {
            _lane.Leave(hung);
        }
    }

    // The gate first: who waits there must not take room from a deregistration.
    private async Task EnterAsync()
    {
        while (true)
        {
            var leads = await _slot.Gate.EnterAsync(this, spreads: false, _services.Scheduler, _stop.Token).ConfigureAwait(true);
            try
            {
                await _lane.EnterAsync(_stop.Token).ConfigureAwait(true);
            }
            catch (OperationCanceledException)
            {
                _slot.Gate.Leave(this);
                throw;
            }

            if (leads || !_slot.Gate.IsClosed)
            {
                return;
            }

            _lane.Leave(hung: false);
        }
    }

    private async Task SendWishAsync(TimeSpan timeout)
    {
        ServiceRegistration wish;
        long generation;
        lock (_lock)
        {
            // The newest: the turn may have been long in coming.
            (wish, generation) = (_wish, _generation);
        }

        var (backend, asked) = (_slot.Current, _services.Now);
        using var attempt = new CancellationTokenSource(timeout, _services.Scheduler.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(attempt.Token, _patience.Token);
        var lease = await backend.RegisterAsync(wish, either.Token).ConfigureAwait(true);
        _slot.ReportAnswered(_services.Scheduler.TimeProvider, _services.Logger);
        await OnRegisteredAsync(lease, backend, generation, asked).ConfigureAwait(true);
    }
}
