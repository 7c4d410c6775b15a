using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>The parent of a power domain: <c>pdu/pdu-1</c>, of which the kind is no name.</summary>
internal sealed record PowerDomainShape : Shape
{
    /// <inheritdoc/>
    public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
    {
        var slash = tree.Text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 || slash + 1 == tree.Text.Length
            ? Form(tree)
            : Tree.Scalar(tree.Text[..(slash + 1)] + rename(NameKind.Power, tree.Text[(slash + 1)..]), tree.Line);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: false);
}
