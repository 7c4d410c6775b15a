using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>What a fake API server knows of one kind of object.</summary>
/// <param name="Group">API group; empty for core.</param>
/// <param name="Version">Version of the group.</param>
/// <param name="Plural">Lower-case plural.</param>
/// <param name="Kind">Kind.</param>
internal sealed record FakeKind(string Group, string Version, string Plural, string Kind)
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["pods"] = "Pod",
        ["nodes"] = "Node",
        ["namespaces"] = "Namespace",
        ["configmaps"] = "ConfigMap",
        ["persistentvolumes"] = "PersistentVolume",
        ["persistentvolumeclaims"] = "PersistentVolumeClaim",
        ["jobs"] = "Job",
        ["leases"] = "Lease",
        ["events"] = "Event",
        ["priorityclasses"] = "PriorityClass",
        ["powerdomains"] = "PowerDomain",
    };

    /// <summary>As messages name it.</summary>
    public string Resource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>As messages of invalid objects name it.</summary>
    public string QualifiedKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public bool IsPod => Group.Length == 0 && Plural == "pods";

    /// <summary>Made by a custom resource definition; ours have a status of their own, as every one here is taken to have.</summary>
    public bool IsCustom => Group.Contains('.', StringComparison.Ordinal) && !Group.EndsWith(".k8s.io", StringComparison.Ordinal);

    /// <summary>The status is a part of its own: it changes on its own path only.</summary>
    public bool HasStatus => IsCustom || Plural is "pods" or "nodes" or "jobs" or "namespaces" or "persistentvolumes" or "persistentvolumeclaims";

    /// <summary>A POST may bring a status: of the built-in kinds only that of a node, and those that have none of their own, keep it.</summary>
    public bool KeepsStatusOnCreate => !HasStatus || Plural == "nodes";

    /// <summary>A PUT without <c>resourceVersion</c> replaces whatever is there.</summary>
    public bool AllowsUnconditionalUpdate => !IsCustom && Plural != "leases";

    /// <summary>A PUT creates what is not there.</summary>
    public bool CreatesOnUpdate => Plural is "leases" or "events";

    /// <summary>The server counts the changes of what is wished.</summary>
    public bool HasGeneration => IsCustom || Plural == "jobs";

    /// <summary>Of a path; the kind of a custom resource is what its object says.</summary>
    public static FakeKind Of(FakePath path, JsonObject? obj = null)
    {
        var parts = path.Collection.Trim('/').Split('/');
        var plural = parts[^1];
        var (group, version) = parts[0] == "api" ? ("", parts[1]) : (parts[1], parts[2]);
        return new(group, version, plural, Kinds.TryGetValue(plural, out var kind) ? kind : (string?)obj?["kind"] ?? plural);
    }

    /// <summary>Details of a Status.</summary>
    public JsonObject Details(string name)
    {
        var details = new JsonObject { ["name"] = name };
        if (Group.Length > 0)
        {
            details["group"] = Group;
        }

        details["kind"] = Plural;
        return details;
    }
}
