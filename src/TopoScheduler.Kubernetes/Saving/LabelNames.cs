using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Saving;

/// <summary>What the value of a label, an annotation, a taint or a selector names, told by its key.</summary>
internal static class LabelNames
{
    private static readonly Dictionary<string, NameKind> Kinds = Index();

    private static readonly string[] KeptPrefixes = ["ib.coreweave.cloud/", "feature.node.kubernetes.io/", "node-role.kubernetes.io/"];

    /// <summary>What a value of this key names.</summary>
    public static NameKind KindOf(string key, string value)
    {
        if (PlannerKeys.Levels.Contains(key)) return OfLevel(value);
        if (Kinds.TryGetValue(key, out var kind)) return kind;
        if (key.StartsWith(LabelProfiles.Prefix, StringComparison.Ordinal) || Array.Exists(KeptPrefixes, p => key.StartsWith(p, StringComparison.Ordinal))) return NameKind.None;

        // Yes, no and numbers (the index of a pod, a restart) name nobody.
        return value is "" or "true" or "false" || value.All(char.IsAsciiDigit) ? NameKind.None : NameKind.Value;
    }

    /// <summary>A level of the topology: the name of a tier and the key of a label are kept, an alias is a name.</summary>
    public static NameKind OfLevel(string value) => HintReader.TryTarget(value, out _) ? NameKind.None : NameKind.Value;

    private static Dictionary<string, NameKind> Index()
    {
        var kinds = new Dictionary<string, NameKind>(StringComparer.Ordinal);
        Add(NameKind.None, [.. AcceleratorLabels.ProductKeys, .. AcceleratorLabels.InstanceTypeKeys, AcceleratorLabels.FamilyKey]);
        Add(NameKind.None, ["kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch"]);
        Add(NameKind.None, ["training.kubeflow.org/operator-name", "ray.io/originated-from-crd", "ray.io/node-type", "kubernetes.io/config.mirror"]);
        Add(NameKind.Node, LabelProfiles.NodeKeys);
        Add(NameKind.Domain, LabelProfiles.All.SelectMany(p => p.Fabric.SelectMany(f => f).Concat(p.NvLink)));
        Add(NameKind.Domain, ["failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region"]);
        Add(NameKind.Power, [.. PowerLabels.RackKeys, PowerLabels.Pdu, PowerLabels.PduB, PowerLabels.Row, PowerLabels.Facility]);
        Add(NameKind.Namespace, ["kubernetes.io/metadata.name"]);
        Add(NameKind.Name, PlannerKeys.GangNames);
        Add(NameKind.Role, PlannerKeys.Roles);
        Add(NameKind.Uid, PlannerKeys.GangUids);
        Add(NameKind.Domain, [AnnotationKeys.Coordinates]);
        Add(NameKind.Value, [AnnotationKeys.Dataset, PeerKeys.KueueGroupName, PeerKeys.KaiTopology]);
        Add(NameKind.None, PeerKeys.All);
        return kinds;

        void Add(NameKind kind, IEnumerable<string> keys)
        {
            foreach (var key in keys) kinds.TryAdd(key, kind);
        }
    }
}
