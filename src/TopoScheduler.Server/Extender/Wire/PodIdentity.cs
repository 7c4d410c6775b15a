namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Which pod a request is about, as its metadata says.</summary>
/// <param name="Namespace">metadata.namespace</param>
/// <param name="Name">metadata.name</param>
/// <param name="Uid">metadata.uid</param>
public sealed record PodIdentity(string Namespace, string Name, string Uid)
{
    /// <summary>No pod.</summary>
    public static PodIdentity None { get; } = new("", "", "");

    /// <summary>As written in messages: <c>pod/ml/trainer-0</c>.</summary>
    public override string ToString() => $"pod/{Namespace}/{Name}";
}
