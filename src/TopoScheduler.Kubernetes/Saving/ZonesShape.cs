using System.Text.Json;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>The labels of a volume, of which only zones are read: <c>z1__z2</c> is two of them.</summary>
internal sealed record ZonesShape : Shape
{
    private const string Between = "__";

    /// <inheritdoc/>
    public override Tree Keep(Tree tree, Func<NameKind, string, string> rename)
    {
        if (tree.Kind != TreeKind.Map) return Form(tree);
        var kept = new List<KeyValuePair<string, Tree>>();
        foreach (var (key, value) in tree.Entries)
        {
            if (!VolumeReader.ZoneKeys.Contains(key)) continue;
            kept.Add(KeyValuePair.Create(key, value.Kind == TreeKind.Scalar ? Tree.Scalar(Renamed(value.Text, rename), value.Line) : Form(value)));
        }

        return Tree.Map(kept, tree.Line);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter json, Tree tree) => WriteAny(json, tree, isBare: false);

    private static string Renamed(string zones, Func<NameKind, string, string> rename) =>
        string.Join(Between, zones.Split(Between).Select(zone => zone.Length == 0 ? zone : rename(NameKind.Domain, zone)));
}
