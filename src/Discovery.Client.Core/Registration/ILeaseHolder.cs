namespace Discovery.Client.Registration;

/// <summary>A registration, as the renewer sees it.</summary>
internal interface ILeaseHolder
{
    /// <summary>The group is lost. Called once a group, from any thread; must not block or throw.</summary>
    void OnLost(LeaseGroup group, Exception? error, TimeSpan notBefore);
}
