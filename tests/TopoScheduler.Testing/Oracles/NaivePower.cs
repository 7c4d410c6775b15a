using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Testing.Oracles;

/// <summary>
/// Power by plain simulation, straight from what the nodes say and independent of the power model: every feed state is played through for every
/// named rack, PDU, row and facility. Loads are in half watts.
/// </summary>
public sealed class NaivePower
{
    private readonly IReadOnlyList<NodeInfo> _nodes;
    private readonly Dictionary<string, long> _budgets = new(StringComparer.Ordinal);

    public NaivePower(IReadOnlyList<NodeInfo> nodes)
    {
        _nodes = nodes;
        foreach (var location in nodes.Select(n => n.PowerLocation))
        {
            State("rack", location.Rack, location.RackBudgetWatts);
            State("pdu", location.Pdu, location.PduBudgetWatts);
            State("pdu", location.PduB, location.PduBBudgetWatts ?? location.PduBudgetWatts);
            State("row", location.Row, location.RowBudgetWatts);
            State("facility", location.Facility, location.FacilityBudgetWatts);
        }
    }

    /// <summary>Budgets stated, by domain; the lowest of several wins.</summary>
    public IReadOnlyDictionary<string, long> BudgetWatts => _budgets;

    /// <summary>Watts of one pod on a node, rounded up.</summary>
    public static long PodWatts(NodePower node, PodPower pod)
    {
        if (pod.InsideIdle || !node.Powered) return 0;
        var span = (double)(node.GpuMaxWatts - node.GpuIdleWatts);
        var other = node.MaxWatts - node.IdleWatts - (node.Gpus * span);
        if (other < 0) other = 0;
        if (pod.Gpus <= 0)
        {
            var share = node.CpuMilli == 0 ? 1 : Math.Min(1, (double)pod.CpuMilli / node.CpuMilli);
            return RoundUp(share * (node.Gpus == 0 ? node.MaxWatts - node.IdleWatts : other));
        }

        var watts = pod.GpuWatts ?? (node.GpuIdleWatts + (pod.Utilisation * span));
        var mayLower = pod.Trusted || node.CapsEnforced;
        if (!mayLower) watts = Math.Max(watts, node.GpuMaxWatts);
        if (pod.CapWatts is { } cap && mayLower) watts = Math.Min(watts, cap);
        return RoundUp((pod.Gpus * (watts - node.GpuIdleWatts)) + (pod.Gpus / node.Gpus * other));
    }

    /// <summary>Watts of a node whose pods add <paramref name="podWatts"/>.</summary>
    public static long NodeWatts(NodePower node, long podWatts) => node.Powered ? Math.Min(node.MaxWatts, node.IdleWatts + podWatts) : 0;

    /// <summary>Highest load of every domain over the feed states, in half watts, given the draw of every node in watts.</summary>
    public Dictionary<string, long> PeakHalfWatts(IReadOnlyList<long> draw)
    {
        var peaks = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var state in Enum.GetValues<FeedState>())
        {
            foreach (var (domain, load) in HalfWatts(draw, state))
            {
                peaks[domain] = Math.Max(load, peaks.GetValueOrDefault(domain));
            }
        }

        return peaks;
    }

    /// <summary>
    /// Domains over their budget in some feed state in which a changed node draws from them: what planning must never bring about.
    /// </summary>
    public IEnumerable<string> Overdrawn(IReadOnlyList<long> draw, IReadOnlySet<int> changed)
    {
        foreach (var state in Enum.GetValues<FeedState>())
        {
            var loads = HalfWatts(draw, state);
            var touched = new HashSet<string>(changed.SelectMany(n => Parts(_nodes[n].PowerLocation, state)).Where(p => p.Halves > 0).Select(p => p.Domain));
            foreach (var domain in touched.Where(d => _budgets.TryGetValue(d, out var budget) && loads[d] > 2 * budget))
            {
                yield return $"{domain} draws {loads[domain] / 2.0} W of {_budgets[domain]} W ({state})";
            }
        }
    }

    private Dictionary<string, long> HalfWatts(IReadOnlyList<long> draw, FeedState state)
    {
        var loads = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var n = 0; n < _nodes.Count; n++)
        {
            foreach (var (domain, halves) in Parts(_nodes[n].PowerLocation, state))
            {
                loads[domain] = loads.GetValueOrDefault(domain) + (halves * draw[n]);
            }
        }

        return loads;
    }

    private static IEnumerable<(string Domain, int Halves)> Parts(PowerLocation at, FeedState state)
    {
        var dark = (state == FeedState.LostA && at.Feed == PowerFeed.A) || (state == FeedState.LostB && at.Feed == PowerFeed.B);
        var whole = dark && at.PduB is null ? 0 : 2;
        if (at.Rack is not null) yield return ($"rack/{at.Rack}", whole);
        if (at.Row is not null) yield return ($"row/{at.Row}", whole);
        if (at.Facility is not null) yield return ($"facility/{at.Facility}", whole);
        if (at.Pdu is not null && at.PduB is null) yield return ($"pdu/{at.Pdu}", whole);
        if (at.Pdu is not null && at.PduB is not null)
        {
            yield return ($"pdu/{at.Pdu}", state switch { FeedState.LostA => 0, FeedState.LostB => 2, _ => 1 });
            yield return ($"pdu/{at.PduB}", state switch { FeedState.LostA => 2, FeedState.LostB => 0, _ => 1 });
        }
    }

    private void State(string kind, string? name, long? budget)
    {
        if (name is null || budget is not { } watts) return;
        var id = $"{kind}/{name}";
        _budgets[id] = _budgets.TryGetValue(id, out var lower) ? Math.Min(lower, watts) : watts;
    }

    private static long RoundUp(double watts) => (long)Math.Ceiling(watts - 1e-9);
}
