namespace TopoScheduler.EndToEnd.Gates;

/// <summary>One request of a list that is sent to two servers.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Method">Method.</param>
/// <param name="Path">Path behind the namespace, as <c>pods/p</c>.</param>
/// <param name="Body">The body, made from what this server has told so far; null: none.</param>
/// <param name="Type">Its media type.</param>
internal sealed record ServerStep(string Name, string Method, string Path, Func<ServerWorld, string>? Body = null, string Type = "application/json")
{
    public const string Merge = "application/merge-patch+json";
    public const string Json = "application/json-patch+json";
    public const string Strategic = "application/strategic-merge-patch+json";
    public const string Apply = "application/apply-patch+yaml";

    // The oldest that was compared with custom resources: a 1.20.2 built with a Go of today dies of the first one.
    private const int FirstWithCustomObjects = 30;

    /// <summary>The first minor version that answers as the double does.</summary>
    public int FirstMinor { get; init; } = Path.StartsWith("gangtests", StringComparison.Ordinal) ? FirstWithCustomObjects : 0;

    public static ServerStep Post(string name, string path, string body) => new(name, "POST", path, _ => body);

    public static ServerStep Patch(string name, string path, string body, string type = Merge) => new(name, "PATCH", path, _ => body, type);

    public static ServerStep Patch(string name, string path, Func<ServerWorld, string> body, string type = Merge) => new(name, "PATCH", path, body, type);

    /// <summary>A pod; the text is that of its spec beside the containers.</summary>
    public static ServerStep Pod(string pod, string spec) => Post(
        $"create {pod}", "pods", $$"""{"metadata":{"name":"{{pod}}"},"spec":{ {{spec}},"containers":[{"name":"c","image":"example.test/i:1"}] } }""");

    public static ServerStep Bind(string name, string pod, string metadata = "") =>
        Post(name, $"pods/{pod}/binding", $$$"""{"apiVersion":"v1","kind":"Binding","metadata":{"name":"{{{pod}}}"{{{metadata}}} },"target":{"apiVersion":"v1","kind":"Node","name":"n1"} }""");
}
