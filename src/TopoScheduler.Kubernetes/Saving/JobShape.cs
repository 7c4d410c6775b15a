using System.Text.Json;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>A job: its structure with its templates of pods, and of its status that it is over, where it is.</summary>
/// <param name="Structure">What is kept of all but the status.</param>
internal sealed record JobShape(Shape Structure) : Shape
{
    private static readonly Shape End = Map(("conditions", List(Map(("type", Text), ("status", Text)), JobEnd.Ends)), ("state", Map(("phase", Text))));

    /// <inheritdoc/>
    public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
    {
        var kept = Structure.Keep(tree, rename);
        return JobEnd.IsOver(tree) ? Tree.Map([.. kept.Entries, KeyValuePair.Create("status", End.Keep(tree["status"], rename))], kept.Line) : kept;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: true);
}
