namespace TopoScheduler.Server.Access;

/// <summary>
/// Who may call a route; every route has one of these among its metadata, and one that has none is refused. Health and metrics are for everyone. The verbs of the
/// extender and the webhooks are for whoever the address lets connect, because kube-scheduler and the API server show a certificate and nothing else. Everything else is for
/// bearers of a token that are allowed a verb on a resource of the group <c>toposcheduler.io</c>.
/// </summary>
/// <param name="Verb">What is done: <c>get</c>, <c>list</c>, <c>create</c>; null where no token is asked for.</param>
/// <param name="Resource">What it is done to.</param>
/// <param name="IsOpen">True for what is open to everyone: it answers also over a connection whose certificate has expired since.</param>
internal sealed record RouteAccess(string? Verb, string Resource, bool IsOpen)
{
    /// <summary>The parameter of a route that names the namespace it is about: a right in that namespace is enough.</summary>
    public const string NamespaceParameter = "namespace";

    /// <summary>The group all resources are of.</summary>
    public const string Group = "toposcheduler.io";

    /// <summary>The namespace it is done in; empty for all.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>For everyone.</summary>
    public static RouteAccess Open { get; } = new(null, "", true);

    /// <summary>For whoever is connected.</summary>
    public static RouteAccess Connected { get; } = new(null, "", false);

    /// <summary>For bearers of a token who may do this.</summary>
    public static RouteAccess Bearer(string verb, string resource) => new(verb, resource, false);
}
