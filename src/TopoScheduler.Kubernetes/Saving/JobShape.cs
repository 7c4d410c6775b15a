using System.Text.Json;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>A job: its structure, and of its status only that it is over, where it is.</summary>
/// <param name="Structure">What is kept of one that is over.</param>
internal sealed record JobShape(Shape Structure) : Shape
{
    /// <summary>What tells that a job is over.</summary>
    public static Shape End { get; } = Map(("conditions", List(Map(("type", Text), ("status", Text)), JobEnd.Ends)), ("state", Map(("phase", Text))));

    /// <inheritdoc/>
    public override Tree Keep(Tree tree, Func<NameKind, string, string> rename) =>
        Structure.Keep(JobEnd.IsOver(tree) ? tree : Tree.Map([.. tree.Entries.ToArray().Where(static e => e.Key != "status")], tree.Line), rename);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, Tree tree) => Structure.Write(json, tree);
}
