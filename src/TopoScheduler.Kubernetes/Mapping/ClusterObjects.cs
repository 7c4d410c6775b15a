using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// Objects that pods refer to by name: priority classes, namespaces, claims and volumes, claim templates, pod groups,
/// topologies and training runtimes. A cluster file may hold them, a job file
/// too; a job is read with those of both. Filled while a file is read, then only looked at.
/// </summary>
public sealed class ClusterObjects
{
    /// <summary>The device class of an IMEX channel.</summary>
    internal const string ImexChannelClass = "compute-domain-default-channel.nvidia.com";

    private readonly Dictionary<string, ImmutableDictionary<string, string>> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _priorities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _claims = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<NodeSelectorTerm>> _volumes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _imexTemplates = new(StringComparer.Ordinal);
    private readonly HashSet<string> _imexClaims = new(StringComparer.Ordinal);
    private readonly PeerObjects _peers = new();

    /// <summary>An empty set.</summary>
    public ClusterObjects()
    {
        _priorities["system-cluster-critical"] = 2_000_000_000;
        _priorities["system-node-critical"] = 2_000_001_000;
    }

    /// <summary>Everything <paramref name="other"/> holds; what was added here later wins.</summary>
    public ClusterObjects(ClusterObjects? other)
        : this()
    {
        if (other is null)
        {
            return;
        }

        Copy(other._namespaces, _namespaces);
        Copy(other._priorities, _priorities);
        Copy(other._claims, _claims);
        Copy(other._volumes, _volumes);
        _imexTemplates.UnionWith(other._imexTemplates);
        _imexClaims.UnionWith(other._imexClaims);
        _peers.Add(other._peers);
        DefaultPriority = other.DefaultPriority;
    }

    /// <summary>Priority of pods that name no class.</summary>
    internal int DefaultPriority { get; private set; }

    /// <summary>Pod groups, topologies and training runtimes.</summary>
    internal PeerObjects Peers => _peers;

    /// <summary>Namespaces with their labels.</summary>
    internal IReadOnlyDictionary<string, ImmutableDictionary<string, string>> Namespaces => _namespaces;

    /// <summary>The priority of a class, or null when the class is not known.</summary>
    internal int? PriorityOf(string className) => _priorities.TryGetValue(className, out var value) ? value : null;

    /// <summary>The volume a claim is bound to, empty when it is not bound, null when the claim is not known.</summary>
    internal string? VolumeOf(string ns, string claim) => _claims.GetValueOrDefault($"{ns}/{claim}");

    /// <summary>Node affinity of a volume (empty: all nodes), or null when the volume is not known.</summary>
    internal ImmutableArray<NodeSelectorTerm>? AffinityOf(string volume) => _volumes.TryGetValue(volume, out var terms) ? terms : null;

    /// <summary>True when the claim template, or the claim, stands for an IMEX channel: memory sharing within one NVLink domain.</summary>
    internal bool IsImexChannel(string ns, string? template, string? claim) =>
        (template is not null && _imexTemplates.Contains($"{ns}/{template}")) || (claim is not null && _imexClaims.Contains($"{ns}/{claim}"));

    /// <summary>Takes an object in; false when it is of no kind that pods refer to.</summary>
    internal bool Add(ObjectName name, Field root)
    {
        switch (name.Kind)
        {
            case "Namespace":
                var labels = LabelReader.Read(root["metadata"], "labels").SetItem("kubernetes.io/metadata.name", name.Name);
                _namespaces[name.Name] = labels;
                return true;
            case "PriorityClass":
                AddPriorityClass(name, root);
                return true;
            case "PersistentVolumeClaim":
                _claims[$"{name.Namespace}/{name.Name}"] = root["spec"].Text("volumeName") ?? "";
                return true;
            case "PersistentVolume":
                _volumes[name.Name] = VolumeReader.AffinityOf(root);
                return true;
            case "ResourceClaimTemplate":
                AddIfImex(_imexTemplates, name, root["spec"]["spec"]);
                return true;
            case "ResourceClaim":
                AddIfImex(_imexClaims, name, root["spec"]);
                return true;
            case "ComputeDomain":
                if (root["spec"]["channel"]["resourceClaimTemplate"].Text("name") is { } template)
                {
                    _imexTemplates.Add($"{name.Namespace}/{template}");
                }

                return true;
            default:
                return _peers.Add(name, root);
        }
    }

    private static void Copy<T>(Dictionary<string, T> from, Dictionary<string, T> to)
    {
        foreach (var (key, value) in from)
        {
            to[key] = value;
        }
    }

    private static void AddIfImex(HashSet<string> set, ObjectName name, Field spec)
    {
        var requests = spec["devices"].Items("requests").ToList();
        if (requests.Count > 0 && requests.TrueForAll(r => (r.Text("deviceClassName") ?? r["exactly"].Text("deviceClassName")) == ImexChannelClass))
        {
            set.Add($"{name.Namespace}/{name.Name}");
        }
    }

    private void AddPriorityClass(ObjectName name, Field root)
    {
        if (PriorityReader.Number(root, "value") is not { } value)
        {
            return;
        }

        _priorities[name.Name] = value;
        if (root.Flag("globalDefault"))
        {
            DefaultPriority = value;
        }
    }
}
