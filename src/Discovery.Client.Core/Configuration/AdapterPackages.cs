namespace Discovery.Client.Configuration;

/// <summary>Which packages of backends a program has beside the engine, so that an error can tell a missing reference from a missing call.</summary>
/// <param name="directory">Where the program's assemblies lie.</param>
internal sealed class AdapterPackages(string directory)
{
    public static readonly AdapterPackages OfProgram = new(AppContext.BaseDirectory);

    /// <summary>Whether a package is there; null where that cannot be seen, since all is one file.</summary>
    /// <param name="section">The backend's type, as its section is spelt.</param>
    public bool? Has(string section) => IsThere(section) ? true : IsThere("Core") ? false : null;

    private bool IsThere(string name) => File.Exists(Path.Combine(directory, $"Discovery.Client.{name}.dll"));
}
