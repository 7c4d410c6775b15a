namespace TopoScheduler.Testing.FakeApi;

/// <summary>A path of the API: kind, namespace, name and part.</summary>
/// <param name="Collection">Path of the kind without namespace: <c>/api/v1/pods</c>.</param>
/// <param name="Namespace">Namespace; null: all or none.</param>
/// <param name="Name">Name; null: all.</param>
/// <param name="Part">Subresource; null: the object.</param>
public sealed record FakePath(string Collection, string? Namespace, string? Name, string? Part)
{
    /// <summary>Reads it; null when it is no path of an object.</summary>
    public static FakePath? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.Trim('/').Split('/');
        var head = parts[0] == "api" ? 2 : parts[0] == "apis" ? 3 : int.MaxValue;
        if (parts.Length <= head)
        {
            return null;
        }

        var root = "/" + string.Join('/', parts[..head]);
        var rest = parts[head..];
        string? ns = null;
        if (rest is ["namespaces", var named, _, ..])
        {
            (ns, rest) = (named, rest[2..]);
        }

        return new($"{root}/{rest[0]}", ns, rest.ElementAtOrDefault(1), rest.ElementAtOrDefault(2));
    }
}
