using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>
/// Items of a List. The API server leaves the kind out of the items of a NodeList and may name the list's own kind after them, so items without a
/// kind wait for it.
/// </summary>
internal sealed class ListItems
{
    private readonly List<Tree> _waiting = [];

    /// <summary>True when the object had <c>items</c>.</summary>
    public bool Seen { get; set; }

    /// <summary>True when the item can go out at once; else it is kept for <see cref="Rest"/>.</summary>
    public bool HandOut(Tree item)
    {
        if (item["kind"].Kind == TreeKind.Scalar)
        {
            return true;
        }

        _waiting.Add(item);
        return false;
    }

    /// <summary>What is left when the list object is complete: the object itself if it was no list, else the items that waited.</summary>
    public IEnumerable<Tree> Rest(Tree top)
    {
        if (!Seen)
        {
            yield return top;
            yield break;
        }

        var kind = top["kind"].Text;
        var itemKind = kind.Length > 4 && kind.EndsWith("List", StringComparison.Ordinal) ? kind[..^4] : "";
        foreach (var item in _waiting)
        {
            yield return itemKind.Length == 0 || item.Kind != TreeKind.Map ? item : WithKind(item, itemKind, top["apiVersion"].Text);
        }
    }

    /// <summary>An item that names its kind.</summary>
    public static Tree WithKind(Tree item, string kind, string apiVersion)
    {
        List<KeyValuePair<string, Tree>> entries =
        [
            KeyValuePair.Create("apiVersion", Tree.Scalar(apiVersion, item.Line)),
            KeyValuePair.Create("kind", Tree.Scalar(kind, item.Line)),
            .. item.Entries,
        ];
        return Tree.Map(entries, item.Line);
    }
}
