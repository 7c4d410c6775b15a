using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>A map with a <c>key</c> that tells what its <c>value</c> or <c>values</c> name: a taint, a toleration, a requirement of a selector.</summary>
internal sealed record KeyedShape : Shape
{
    private static readonly string[] Kept = ["key", "operator", "effect"];

    /// <inheritdoc/>
    public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
    {
        if (tree.Kind != TreeKind.Map) return Form(tree);
        var label = tree["key"].Text;
        var kept = new List<KeyValuePair<string, Tree>>();
        foreach (var (key, value) in tree.Entries)
        {
            if (Kept.Contains(key)) kept.Add(KeyValuePair.Create(key, Form(value)));
            else if (key is "value") kept.Add(KeyValuePair.Create(key, Named(label, value, rename)));
            else if (key is "values") kept.Add(KeyValuePair.Create(key, All(label, value, rename)));
        }

        return Tree.Map(kept, tree.Line);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: false);

    private static Tree All(string label, Tree values, Func<NameKind, string, string> rename)
    {
        if (values.Kind != TreeKind.List) return Form(values);
        var kept = new List<Tree>();
        foreach (var value in values.Items) kept.Add(Named(label, value, rename));
        return Tree.List(kept, values.Line);
    }

    // The one field of a node that can be matched is its name.
    private static Tree Named(string label, Tree value, Func<NameKind, string, string> rename) =>
        Renamed(value, label == "metadata.name" ? NameKind.Node : LabelNames.KindOf(label, value.Text), rename);
}
