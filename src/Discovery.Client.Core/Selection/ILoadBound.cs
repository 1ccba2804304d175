namespace Discovery.Client.Selection;

/// <summary>Whether nodes that have as much as they may are passed over. A type, since a parameter would cost each pick a tenth.</summary>
internal interface ILoadBound
{
    static abstract bool Holds { get; }
}

/// <summary>They are.</summary>
internal readonly struct Bounded : ILoadBound
{
    public static bool Holds => true;
}

/// <summary>They are not.</summary>
internal readonly struct Unbounded : ILoadBound
{
    public static bool Holds => false;
}
