using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>What an object calls itself.</summary>
/// <param name="ApiVersion">apiVersion</param>
/// <param name="Kind">kind</param>
/// <param name="Namespace">metadata.namespace; <c>default</c> where it is missing</param>
/// <param name="Name">metadata.name, or metadata.generateName without its last dash; empty when neither is given</param>
/// <param name="Uid">metadata.uid</param>
internal sealed record ObjectName(string ApiVersion, string Kind, string Namespace, string Name, string Uid)
{
    /// <summary>Where objects live that name no namespace.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>The group of the apiVersion; empty for core.</summary>
    public string Group => ApiVersion.IndexOf('/') is var slash and > 0 ? ApiVersion[..slash] : "";

    /// <summary>As written in messages: <c>job/ml/llama</c>.</summary>
    public string Id => $"{Kind.ToLowerInvariant()}/{Namespace}/{(Name.Length == 0 ? "?" : Name)}";

    /// <summary>Reads it; nothing is checked.</summary>
    /// <param name="tree">The object.</param>
    /// <param name="defaultNamespace">Its namespace where it names none.</param>
    public static ObjectName Of(Tree tree, string defaultNamespace = DefaultNamespace)
    {
        var metadata = tree["metadata"];
        var name = metadata["name"].Text;
        if (name.Length == 0)
        {
            name = metadata["generateName"].Text.TrimEnd('-');
        }

        var ns = metadata["namespace"].Text;
        return new(tree["apiVersion"].Text, tree["kind"].Text, ns.Length == 0 ? defaultNamespace : ns, name, metadata["uid"].Text);
    }
}
