using System.Globalization;
using System.Text.Json;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// The reference of the verbs: what one would write first, with System.Text.Json into plain objects and out of them again. It decides the same as ours from the same
/// snapshot, in the plain way: node by node and candidate by candidate. What is free is kept in columns that <see cref="Saw"/> brings up to date, as a cache would.
/// </summary>
public sealed class PlainExtender
{
    private const string Devices = "nvidia.com/gpu";
    private static readonly JsonSerializerOptions Reading = new() { PropertyNameCaseInsensitive = true };
    private readonly Func<ClusterSnapshot> _current;
    private readonly long[] _free;
    private readonly bool[] _occupied;

    /// <summary>A handler of the newest snapshot there is.</summary>
    public PlainExtender(Func<ClusterSnapshot> current)
    {
        _current = current;
        var cluster = current();
        (_free, _occupied) = (new long[cluster.Nodes.Length], new bool[cluster.Nodes.Length]);
        for (var n = 0; n < _free.Length; n++) Saw(cluster, n);
    }

    /// <summary>The pods of a node have changed.</summary>
    public void Saw(ClusterSnapshot cluster, int node)
    {
        _free[node] = cluster.Nodes[node].Allocatable[Devices] - cluster.PodsOf(node).Sum(p => p.Template.Requests[Devices]);
        _occupied[node] = cluster.PodsOf(node).Any(p => !p.IsDaemon);
    }

    /// <summary>The filter verb.</summary>
    public byte[] Filter(byte[] body)
    {
        var args = JsonSerializer.Deserialize<Args>(body, Reading)!;
        var (cluster, asked) = (_current(), Asked(args));
        var (fitting, failed, never) = (new List<string>(), new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var name in args.NodeNames!)
        {
            switch (Judge(cluster, cluster.IndexOf(name), asked))
            {
                case null:
                    fitting.Add(name);
                    break;
                case { CanChange: true } reason:
                    failed[name] = reason.Text;
                    break;
                case { } reason:
                    never[name] = reason.Text;
                    break;
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(new FilterResult(fitting, failed, never, ""));
    }

    /// <summary>The prioritize verb.</summary>
    public byte[] Prioritize(byte[] body)
    {
        var args = JsonSerializer.Deserialize<Args>(body, Reading)!;
        var (cluster, asked) = (_current(), Asked(args));
        var order = new PlainOrder(cluster, _occupied, SlotsOf(cluster, asked), n => Fill(cluster, n, asked));
        var nodes = args.NodeNames!.ConvertAll(cluster.IndexOf);
        var fits = nodes.ConvertAll(n => Judge(cluster, n, asked) is null);
        var best = -1;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (fits[i] && (best < 0 || order.Compare(nodes[i], best, out _) < 0)) best = nodes[i];
        }

        return JsonSerializer.SerializeToUtf8Bytes(args.NodeNames.Select((name, i) => new HostPriority(name, fits[i] ? order.Score(nodes[i], best) : 0)).ToList());
    }

    private Reason? Judge(ClusterSnapshot cluster, int n, long asked)
    {
        if (n < 0) return Reason.Unknown;
        var node = cluster.Nodes[n];
        if (!node.Ready || node.Unschedulable || !node.Power.Powered) return Reason.NotReady;
        if (node.Taints.Length > 0) return Reason.Tainted;
        if (_free[n] < asked) return Reason.Full;
        if (cluster.PodsOf(n).Length >= node.Allocatable[ResourceList.Pods]) return Reason.Crowded;
        return HasWatts(cluster, n, asked) ? null : Reason.NoWatts;
    }

    private static bool HasWatts(ClusterSnapshot cluster, int n, long asked)
    {
        var more = AddedWatts(cluster, n, asked);
        foreach (var share in cluster.Power.SharesOf(n))
        {
            var headroom = cluster.Power.Constraints[share.Constraint].LimitHalfWatts - cluster.LoadOf(share.Constraint);
            if (headroom < 0 || share.Halves * more > headroom) return false;
        }

        return true;
    }

    private static long AddedWatts(ClusterSnapshot cluster, int n, long asked)
    {
        var power = cluster.Nodes[n].Power;
        var there = cluster.PodWattsOf(n);
        return PowerDraw.OfNode(power, there + PowerDraw.OfPod(power, new() { Gpus = asked })) - PowerDraw.OfNode(power, there);
    }

    private static long Fill(ClusterSnapshot cluster, int n, long asked)
    {
        long fill = 0;
        var more = AddedWatts(cluster, n, asked);
        foreach (var share in cluster.Power.SharesOf(n))
        {
            var limit = cluster.Power.Constraints[share.Constraint].LimitHalfWatts;
            if (more > 0 && limit > 0) fill = Math.Max(fill, (long)(1e6 * (cluster.LoadOf(share.Constraint) + share.Halves * more) / limit));
        }

        return fill;
    }

    // Nodes that lack watts alone count as room, unless their budget is exceeded already.
    private long[] SlotsOf(ClusterSnapshot cluster, long asked)
    {
        var slots = new long[_free.Length];
        for (var n = 0; n < slots.Length; n++)
        {
            var reason = Judge(cluster, n, asked);
            if (reason is null || (reason == Reason.NoWatts && HasWatts(cluster, n, 0)))
            {
                slots[n] = Math.Min(_free[n] / asked, cluster.Nodes[n].Allocatable[ResourceList.Pods] - cluster.PodsOf(n).Length);
            }
        }

        return slots;
    }

    private static long Asked(Args args) =>
        args.Pod!.Spec!.Containers!.Sum(c => c.Resources?.Limits?.GetValueOrDefault(Devices) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : 0);

    /// <summary>ExtenderArgs.</summary>
    public sealed record Args(Pod? Pod, List<string>? NodeNames);

    /// <summary>A pod.</summary>
    public sealed record Pod(Metadata? Metadata, Spec? Spec);

    /// <summary>Its metadata.</summary>
    public sealed record Metadata(string? Name, string? Namespace, string? Uid);

    /// <summary>Its spec.</summary>
    public sealed record Spec(List<Container>? Containers);

    /// <summary>One of its containers.</summary>
    public sealed record Container(Resources? Resources);

    /// <summary>What that takes.</summary>
    public sealed record Resources(Dictionary<string, string>? Limits);

    /// <summary>ExtenderFilterResult.</summary>
    public sealed record FilterResult(List<string> NodeNames, Dictionary<string, string> FailedNodes, Dictionary<string, string> FailedAndUnresolvableNodes, string Error);

    /// <summary>HostPriority.</summary>
    public sealed record HostPriority(string Host, long Score);

    private sealed record Reason(string Text, bool CanChange)
    {
        public static readonly Reason Unknown = new("node not known to toposcheduler", true);
        public static readonly Reason NotReady = new("node is not ready, cordoned or switched off", false);
        public static readonly Reason Tainted = new("node has a taint the pod does not tolerate", false);
        public static readonly Reason Full = new("node has too little of a resource free", true);
        public static readonly Reason Crowded = new("node has too many pods", true);
        public static readonly Reason NoWatts = new("a power budget above the node has too few watts left", true);
    }
}
