using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Pod templates for kinds that have none of their own or change one they refer to.</summary>
internal static class MadePod
{
    /// <summary>A template of a spec and, if there is any, metadata.</summary>
    public static Tree Of(Tree spec, Tree? metadata = null) =>
        metadata is null ? Map(("spec", spec)) : Map(("metadata", metadata), ("spec", spec));

    /// <summary>A spec of one container with these resources.</summary>
    public static Tree Containers(string name, Tree resources) => Map(("containers", Tree.List([Container(name, resources)], resources.Line)));

    /// <summary>A container with these resources.</summary>
    public static Tree Container(string name, Tree resources) => Map(("name", Tree.Scalar(name, resources.Line)), ("resources", resources));

    /// <summary>Resources that request these amounts.</summary>
    public static Tree Requests(params (string Name, string Amount)[] amounts) =>
        Map(("requests", Map([.. amounts.Select(a => (a.Name, Tree.Scalar(a.Amount, 0)))])));

    /// <summary>A map.</summary>
    public static Tree Map(params (string Key, Tree Value)[] entries) =>
        Tree.Map([.. entries.Select(e => KeyValuePair.Create(e.Key, e.Value))], entries.Length == 0 ? 0 : entries[0].Value.Line);

    /// <summary>The map with one key replaced.</summary>
    public static Tree With(this Tree map, string key, Tree value) => Tree.Map([.. map.Entries, KeyValuePair.Create(key, value)], map.Line);

    /// <summary>The template with the resources of one container replaced: the one of that name, else the first.</summary>
    public static Tree WithResources(Tree template, string container, Tree resources)
    {
        var spec = template["spec"];
        if (resources.Kind == TreeKind.Null || spec["containers"].Kind != TreeKind.List)
        {
            return template;
        }

        List<Tree> containers = [.. spec["containers"].Items];
        var at = Math.Max(0, containers.FindIndex(c => c["name"].Text == container));
        if (containers.Count == 0 || containers[at].Kind != TreeKind.Map)
        {
            return template;
        }

        containers[at] = containers[at].With("resources", resources);
        return template.With("spec", spec.With("containers", Tree.List(containers, spec["containers"].Line)));
    }
}
