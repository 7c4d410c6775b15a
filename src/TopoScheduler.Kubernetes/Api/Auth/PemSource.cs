namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>PEM from a file, which may be rotated, or as it stands in the configuration. Prints as its place, never as its content.</summary>
public sealed record PemSource
{
    private readonly string? _content;

    private PemSource(string name, string? file, string? content) => (Name, File, _content) = (name, file, content);

    /// <summary>What messages call it: the file, or the key it stands under.</summary>
    public string Name { get; }

    /// <summary>The file; null when it stands in the configuration.</summary>
    public string? File { get; }

    /// <summary>PEM in a file.</summary>
    public static PemSource OfFile(string file) => new(file, file, null);

    /// <summary>PEM as text.</summary>
    public static PemSource OfText(string name, string content) => new(name, null, content);

    /// <summary>The PEM as it is now.</summary>
    internal string Read() => _content ?? FileText.Read(File!);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
