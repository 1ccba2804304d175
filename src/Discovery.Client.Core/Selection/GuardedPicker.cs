namespace Discovery.Client.Selection;

/// <summary>A picker of somebody else's: where it throws, another picker takes its place for that request.</summary>
/// <param name="inner">The picker.</param>
/// <param name="substitute">Makes the other one.</param>
/// <param name="failed">Is told what it threw.</param>
internal sealed class GuardedPicker(IPicker inner, Func<IPicker> substitute, Action<Exception> failed) : IPicker
{
    private readonly Lazy<IPicker> _substitute = new(substitute);

    public IPicker Inner => inner;

    public ServiceNode? Pick(in PickContext context)
    {
        try
        {
            return inner.Pick(context);
        }
        catch (Exception exception)
        {
            failed(exception);
            return _substitute.Value.Pick(context);
        }
    }
}
