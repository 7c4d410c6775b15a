namespace TopoScheduler.Testing.Permissions;

/// <summary>One verb on one kind of object.</summary>
/// <param name="Group">API group; empty for core.</param>
/// <param name="Resource">Lower-case plural, with its part: <c>pods/binding</c>.</param>
/// <param name="Verb">As RBAC names it.</param>
public sealed record Permission(string Group, string Resource, string Verb)
{
    /// <summary>What a request asks for; null when it is none for an object.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path without query.</param>
    /// <param name="watches">The request is a watch.</param>
    public static Permission? Of(string method, string path, bool watches)
    {
        if (FakeApi.FakePath.Of(path) is not { } parts) return null;
        var names = parts.Collection.Trim('/').Split('/');
        var group = names[0] == "api" ? "" : names[1];
        var resource = parts.Part is null ? names[^1] : $"{names[^1]}/{parts.Part}";
        var verb = method switch
        {
            "GET" when watches => "watch",
            "GET" => parts.Name is null ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => parts.Name is null ? "deletecollection" : "delete",
            _ => throw new ArgumentException($"method {method}", nameof(method)),
        };
        return new(group, resource, verb);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Group.Length == 0 ? "" : Group + "/")}{Resource} {Verb}";
}
