using System.Text.Json;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>
/// An object that holds templates of pods somewhere within, such as a training runtime: its own structure is kept, and of every pod spec, container and metadata
/// in it what is kept of those of pods.
/// </summary>
internal sealed record TemplateShape(IReadOnlyDictionary<string, Shape> Known) : Shape
{
    // What the work is and how it runs, wherever a kind of job puts it.
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "args", "arguments", "command", "commands", "config", "configMap", "deps", "entrypoint", "env", "envFrom", "image", "imagePullSecrets", "lifecycle", "livenessProbe",
        "managedFields", "readinessProbe", "runtimeEnv", "runtimeEnvYAML", "secret", "secrets", "serveConfigV2", "serviceAccount", "serviceAccountName", "startupProbe", "status",
        "volumeClaimTemplates", "volumeMounts", "volumes",
    };

    /// <inheritdoc/>
    public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
    {
        switch (tree.Kind)
        {
            case TreeKind.Map:
                var kept = new List<KeyValuePair<string, Tree>>();
                foreach (var (key, value) in tree.Entries)
                {
                    if (!Dropped.Contains(key)) kept.Add(KeyValuePair.Create(key, (ShapeOf(key, value) ?? this).Keep(value, rename)));
                }

                return Tree.Map(kept, tree.Line);
            case TreeKind.List:
                var items = new List<Tree>();
                foreach (var item in tree.Items) items.Add(Keep(item, rename));
                return Tree.List(items, tree.Line);
            default:
                return tree;
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: true);

    // A spec is that of a pod where it has containers.
    private Shape? ShapeOf(string key, Tree value) =>
        key == "spec" && value["containers"].Kind == TreeKind.Null && value["initContainers"].Kind == TreeKind.Null ? null : Known.GetValueOrDefault(key);
}
