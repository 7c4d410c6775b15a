using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>One entry of <c>extenders</c> in a scheduler's configuration. An empty verb is not called.</summary>
/// <param name="UrlPrefix">What the verbs are appended to.</param>
internal sealed record SchedulerExtender(string UrlPrefix)
{
    /// <summary>Path of filter.</summary>
    public string FilterVerb { get; init; } = "filter";

    /// <summary>Path of prioritize.</summary>
    public string PrioritizeVerb { get; init; } = "prioritize";

    /// <summary>Path of bind.</summary>
    public string BindVerb { get; init; } = "bind";

    /// <summary>Path of preempt.</summary>
    public string PreemptVerb { get; init; } = "";

    /// <summary>Factor of its scores.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Whether names are sent in place of whole nodes.</summary>
    public bool NodeCacheCapable { get; init; } = true;

    /// <summary>Whether the scheduler goes on without it when it fails.</summary>
    public bool Ignorable { get; init; }

    /// <summary>Time for one call, as <c>5s</c>.</summary>
    public string HttpTimeout { get; init; } = "5s";

    /// <summary>Resources whose pods alone are sent; empty for every pod.</summary>
    public IReadOnlyList<string> ManagedResources { get; init; } = [];

    /// <summary>Files of PEM with which it is called over TLS: its authority, and the client's certificate and key, empty for none. Null: without TLS.</summary>
    public (string CaFile, string CertFile, string KeyFile)? Tls { get; init; }

    /// <summary>The entry as configuration.</summary>
    public JsonObject ToJson()
    {
        var entry = Entry();
        if (Tls is not { } tls) return entry;
        entry["enableHTTPS"] = true;
        entry["tlsConfig"] = new JsonObject { ["caFile"] = tls.CaFile, ["certFile"] = tls.CertFile, ["keyFile"] = tls.KeyFile };
        return entry;
    }

    private JsonObject Entry() => new()
    {
        ["urlPrefix"] = UrlPrefix,
        ["filterVerb"] = FilterVerb,
        ["prioritizeVerb"] = PrioritizeVerb,
        ["bindVerb"] = BindVerb,
        ["preemptVerb"] = PreemptVerb,
        ["weight"] = Weight,
        ["nodeCacheCapable"] = NodeCacheCapable,
        ["ignorable"] = Ignorable,
        ["httpTimeout"] = HttpTimeout,
        ["managedResources"] = new JsonArray([.. ManagedResources.Select(r => (JsonNode)new JsonObject { ["name"] = r })]),
    };
}
