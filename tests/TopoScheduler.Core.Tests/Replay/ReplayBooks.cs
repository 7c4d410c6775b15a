using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Testing.Oracles;

namespace TopoScheduler.Core.Tests.Replay;

/// <summary>
/// The books of a replay, kept apart from the snapshot: what is free on each node, and what each rack and PDU draws. Judges every answer for one
/// pod, placed or not. Watts are those of the oracle, not of the power model. Single-corded nodes only.
/// </summary>
internal sealed class ReplayBooks
{
    private const string Gpu = "nvidia.com/gpu";

    private readonly IReadOnlyList<NodeInfo> _nodes;
    private readonly (long Cpu, long Memory, long Gpus, long Pods)[] _free;
    private readonly long[] _podWatts;
    private readonly Dictionary<string, long> _loads = new(StringComparer.Ordinal);
    private readonly string[][] _domains;
    private readonly IReadOnlyDictionary<string, long> _budgets;

    public ReplayBooks(IReadOnlyList<NodeInfo> nodes)
    {
        _nodes = nodes;
        _budgets = new NaivePower(nodes).BudgetWatts;
        _free = [.. nodes.Select(n => (n.Allocatable[ResourceList.Cpu], n.Allocatable[ResourceList.Memory], n.Allocatable[Gpu], n.Allocatable[ResourceList.Pods]))];
        _podWatts = new long[nodes.Count];
        _domains = [.. nodes.Select(n => new[] { $"rack/{n.PowerLocation.Rack}", $"pdu/{n.PowerLocation.Pdu}" })];
        for (var n = 0; n < nodes.Count; n++)
        {
            foreach (var domain in _domains[n])
            {
                _loads[domain] = _loads.GetValueOrDefault(domain) + Draw(n, 0);
            }
        }
    }

    /// <summary>GPUs given out.</summary>
    public long GpusUsed => _nodes.Sum(n => n.Allocatable[Gpu]) - _free.Sum(f => f.Gpus);

    /// <summary>Highest share of its budget any domain draws.</summary>
    public double HighestFill => _loads.Max(l => (double)l.Value / _budgets[l.Key]);

    /// <summary>Why a pod cannot be put on a node; null when it can.</summary>
    public string? Refusal(int node, PodTemplate pod)
    {
        var free = _free[node];
        if (pod.Requests[ResourceList.Cpu] > free.Cpu) return "cpu";
        if (pod.Requests[ResourceList.Memory] > free.Memory) return "memory";
        if (pod.Requests[Gpu] > free.Gpus) return Gpu;
        if (free.Pods < 1) return "pods";
        var more = More(node, pod);
        foreach (var domain in _domains[node])
        {
            if (_loads[domain] + more > _budgets[domain]) return $"{domain}: {_loads[domain]} W and {more} W more of {_budgets[domain]} W";
        }

        return null;
    }

    /// <summary>Nodes that have what a pod requests but not the watts.</summary>
    public bool PowerAloneRefuses(PodTemplate pod) => Enumerable.Range(0, _nodes.Count).Any(n => Refusal(n, pod)?.EndsWith('W') == true);

    /// <summary>A node a pod could be put on, or -1.</summary>
    public int AnyFor(PodTemplate pod)
    {
        for (var n = 0; n < _nodes.Count; n++)
        {
            if (Refusal(n, pod) is null) return n;
        }

        return -1;
    }

    /// <summary>Enters a pod.</summary>
    public void Enter(int node, PodTemplate pod)
    {
        var more = More(node, pod);
        foreach (var domain in _domains[node])
        {
            _loads[domain] += more;
        }

        _podWatts[node] += NaivePower.PodWatts(_nodes[node].Power, pod.Power);
        var free = _free[node];
        _free[node] = (free.Cpu - pod.Requests[ResourceList.Cpu], free.Memory - pod.Requests[ResourceList.Memory], free.Gpus - pod.Requests[Gpu], free.Pods - 1);
    }

    private long More(int node, PodTemplate pod) =>
        Draw(node, _podWatts[node] + NaivePower.PodWatts(_nodes[node].Power, pod.Power)) - Draw(node, _podWatts[node]);

    private long Draw(int node, long podWatts) => NaivePower.NodeWatts(_nodes[node].Power, podWatts);
}
