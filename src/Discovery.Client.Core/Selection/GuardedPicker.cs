namespace Discovery.Client.Selection;

/// <summary>A picker of somebody else's: what it throws is told once, and another picker takes its place for that request.</summary>
/// <param name="inner">The picker.</param>
/// <param name="substitute">Makes the other one.</param>
/// <param name="failed">It has thrown.</param>
/// <param name="worked">It works again.</param>
internal sealed class GuardedPicker(IPicker inner, Func<IPicker> substitute, Action<Exception> failed, Action worked) : IPicker
{
    private readonly Lazy<IPicker> _substitute = new(substitute);
    private volatile bool _hasFailed;

    public IPicker Inner => inner;

    public ServiceNode? Pick(in PickContext context)
    {
        try
        {
            var node = inner.Pick(context);
            if (_hasFailed)
            {
                _hasFailed = false;
                worked();
            }

            return node;
        }
        catch (Exception exception)
        {
            _hasFailed = true;
            failed(exception);
            return _substitute.Value.Pick(context);
        }
    }
}
