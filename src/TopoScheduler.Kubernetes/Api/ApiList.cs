namespace TopoScheduler.Kubernetes.Api;

/// <summary>All objects of a kind at one moment.</summary>
/// <param name="Items">What was read of them.</param>
/// <param name="ResourceVersion">The moment; a watch may begin here.</param>
public sealed record ApiList<T>(IReadOnlyList<T> Items, string ResourceVersion);

/// <summary>Which objects are meant.</summary>
/// <param name="Path">Path of the kind (<see cref="ApiResource.Path"/>).</param>
/// <param name="FieldSelector">As <c>status.phase!=Succeeded</c>; null: all.</param>
/// <param name="LabelSelector">As <c>app=trainer</c>; null: all.</param>
public sealed record ApiSelection(string Path, string? FieldSelector = null, string? LabelSelector = null)
{
    /// <summary>Path and query.</summary>
    internal string With(params ReadOnlySpan<(string Key, string? Value)> parameters)
    {
        var path = Path;
        var separator = '?';
        foreach (var (key, value) in (ReadOnlySpan<(string, string?)>)[("fieldSelector", FieldSelector), ("labelSelector", LabelSelector), .. parameters])
        {
            if (!string.IsNullOrEmpty(value))
            {
                path += $"{separator}{key}={Uri.EscapeDataString(value)}";
                separator = '&';
            }
        }

        return path;
    }
}
