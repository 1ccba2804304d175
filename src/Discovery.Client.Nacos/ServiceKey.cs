namespace Discovery.Client.Nacos;

/// <summary>Which service, in Nacos's terms.</summary>
/// <param name="Namespace">The namespace's id, never empty.</param>
/// <param name="Group">The group.</param>
/// <param name="Name">The name as Nacos holds it (<see cref="WireName"/>).</param>
internal readonly record struct ServiceKey(string Namespace, string Group, string Name)
{
    /// <summary>The name with its group, as Nacos writes it.</summary>
    public string Grouped => $"{Group}@@{Name}";

    public override string ToString() => Namespace == "public" ? Grouped : $"{Namespace}/{Grouped}";
}
