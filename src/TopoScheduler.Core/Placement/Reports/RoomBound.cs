using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// How many members a changed cluster could hold at the most: free slots, and of those below a power budget no more than it has watts for, from the racks
/// up; the roomiest domain of the required tier counts. It may be too many, never too few: what has no room for a gang by it needs no plan.
/// <para>A plan costs milliseconds, this some ten microseconds. Of gangs of one role alone; null elsewhere.</para>
/// </summary>
internal sealed class RoomBound
{
    private readonly ClusterSnapshot _cluster;
    private readonly PodTemplate _pod;
    private readonly PowerNesting _nesting;
    private readonly FitConstraint?[] _removed;
    private readonly int[] _slots;
    private readonly long[] _watts;
    private readonly int[]? _domainOf;
    private readonly long[] _headroom;
    private readonly RoomTable _rooms;
    private readonly RoomTable _changed;
    private readonly int[] _changedSlots;
    private readonly long[] _changedHeadroom;
    private int[]? _order;

    private RoomBound(ClusterSnapshot cluster, Gang gang, EligibilityTable table)
    {
        (_cluster, _pod, Needed) = (cluster, gang.Roles[0].Template, gang.LeastMembers);
        (_removed, _slots) = (table.Removed[0], table.Slots[0]);
        _nesting = new(cluster.Power, cluster.Nodes.Length);
        _domainOf = gang.Hints.Required is { LabelKey: null } required ? DomainsOf(cluster, required.Tier) : null;
        _watts = WattsOf(cluster, _pod.Power with { CapWatts = gang.Hints.GpuWattsMin });
        _headroom = HeadroomOf(cluster);
        IsAlone = _pod.Affinity.IsEmpty && _pod.AntiAffinity.IsEmpty && _pod.Spread.IsEmpty && !cluster.PodColumns.AntiAffine.Any();
        (_rooms, _changed) = (new(cluster.Power, _nesting), new(cluster.Power, _nesting));
        (_changedSlots, _changedHeadroom) = (new int[_slots.Length], new long[_headroom.Length]);
        Read(_rooms, cluster, _slots, (-1, 0));
    }

    /// <summary>False where rules of pods about each other may close and open nodes that they are not on: then nobody knows what a pod less opens.</summary>
    public bool IsAlone { get; }

    /// <summary>Members the gang must have.</summary>
    public int Needed { get; }

    /// <summary>The bound for a gang; null where it has several roles.</summary>
    public static RoomBound? Of(ClusterSnapshot cluster, Gang gang, EligibilityTable table) =>
        gang.Roles.Length == 1 && cluster.Nodes.Length > 0 ? new(cluster, gang, table) : null;

    /// <summary>Most members there could be room for in the cluster as it is.</summary>
    public long Most() => _rooms.Most(_headroom);

    /// <summary>
    /// The smallest raise of a domain's budget in watts under which there could be room for the gang: everything below it proves that there is none. Null
    /// where no raise does; 1 where nothing is known.
    /// </summary>
    /// <param name="domain">The power domain, which has a budget.</param>
    /// <param name="most">The largest raise.</param>
    public long? LeastRaise(PowerDomain domain, long most)
    {
        // Readings are judged by the budget: they may say something else under another one.
        if (_cluster.IsMeasured) return 1;
        if (Raised(most) < Needed) return null;
        long low = 1, high = most;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (Raised(middle) < Needed) low = middle + 1;
            else high = middle;
        }

        return low;

        long Raised(long watts)
        {
            foreach (var constraint in _cluster.Power.ConstraintsOf(domain.Index)) _headroom[constraint.Index] += 2 * watts;
            var members = _rooms.Most(_headroom);
            foreach (var constraint in _cluster.Power.ConstraintsOf(domain.Index)) _headroom[constraint.Index] -= 2 * watts;
            return members;
        }
    }

    /// <summary>True when the same cluster without some of its pods has certainly no room.</summary>
    /// <param name="fewer">The cluster without them.</param>
    /// <param name="gone">The pods.</param>
    public bool HasNoRoom(ClusterSnapshot fewer, IEnumerable<PodInfo> gone)
    {
        if (!IsAlone) return false;
        var slots = _changedSlots;
        _slots.CopyTo(slots, 0);
        foreach (var pod in gone)
        {
            var node = fewer.IndexOf(pod.NodeName);
            if (node >= 0) slots[node] = Math.Max(slots[node], SlotsOf(fewer, node));
        }

        for (var c = 0; c < _changedHeadroom.Length; c++) _changedHeadroom[c] = fewer.HeadroomOf(c);
        Read(_changed, fewer, slots, (-1, 0));
        return _changed.Most(_changedHeadroom) < Needed;
    }

    /// <summary>True when so many copies of a node, which draw idle watts where it hangs, certainly leave no room.</summary>
    public bool HasNoRoom(int model, int copies)
    {
        if (!IsAlone || _cluster.IsMeasured || _cluster.Diversity is not null) return false;
        var idle = PowerDraw.OfNode(_cluster.Nodes[model].Power, 0);
        _headroom.CopyTo(_changedHeadroom, 0);
        foreach (var share in _cluster.Power.SharesOf(model)) _changedHeadroom[share.Constraint] -= share.Halves * idle * copies;
        Read(_changed, _cluster, _slots, (model, copies));
        return _changed.Most(_changedHeadroom) < Needed;
    }

    private static int[]? DomainsOf(ClusterSnapshot cluster, Topology.Tier tier)
    {
        if (tier == Topology.Tier.NvLinkDomain) return cluster.Topology.NvLinkIndices;
        return tier.IsFabric && tier.FabricIndex < cluster.Topology.FabricTiers ? cluster.Topology.DomainIndices(tier.FabricIndex) : null;
    }

    private static long[] WattsOf(ClusterSnapshot cluster, PodPower pod)
    {
        var watts = new long[cluster.Nodes.Length];
        for (var n = 0; n < watts.Length; n++)
        {
            var power = cluster.Nodes[n].Power;
            watts[n] = n > 0 && ReferenceEquals(power, cluster.Nodes[n - 1].Power) ? watts[n - 1] : PowerDraw.OfPod(power, pod);
        }

        return watts;
    }

    private static long[] HeadroomOf(ClusterSnapshot cluster)
    {
        var headroom = new long[cluster.Power.Constraints.Length];
        for (var c = 0; c < headroom.Length; c++) headroom[c] = cluster.HeadroomOf(c);
        return headroom;
    }

    // Resources alone: what else pods of the node forbid may go with them.
    private int SlotsOf(ClusterSnapshot cluster, int node)
    {
        if (_removed[node] is FitConstraint.Readiness or FitConstraint.Taints or FitConstraint.Affinity or FitConstraint.Volumes) return 0;
        var slots = (long)Needed;
        foreach (var (name, amount) in _pod.Requests.Amounts)
        {
            if (amount > 0) slots = Math.Min(slots, (cluster.Nodes[node].Allocatable[name] - cluster.PodColumns.Used(name)[node]) / amount);
        }

        return (int)Math.Max(0, slots);
    }

    private void Read(RoomTable table, ClusterSnapshot cluster, int[] slots, (int Model, int Copies) more)
    {
        table.Clear();
        var domainOf = _domainOf;
        if (domainOf is null)
        {
            for (var n = 0; n < slots.Length; n++) Add(n);
            table.Close();
            return;
        }

        var order = _order ??= NodesByDomain(domainOf);
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0 && domainOf[order[i]] != domainOf[order[i - 1]]) table.Close();
            Add(order[i]);
        }

        table.Close();

        void Add(int node)
        {
            if (slots[node] > 0) table.Add(node, slots[node], Each(cluster.Nodes[node].Power, cluster.PodWattsOf(node), slots[node], _watts[node]));
            if (node != more.Model) return;
            var empty = EmptySlots(node);
            if (empty > 0) table.Add(node, (long)empty * more.Copies, Each(cluster.Nodes[node].Power, 0, empty, _watts[node]));
        }
    }

    private int EmptySlots(int node)
    {
        var slots = (long)Needed;
        foreach (var (name, amount) in _pod.Requests.Amounts)
        {
            if (amount > 0) slots = Math.Min(slots, _cluster.Nodes[node].Allocatable[name] / amount);
        }

        return (int)Math.Max(0, slots);
    }

    private static int[] NodesByDomain(int[] domainOf)
    {
        var order = new List<int>(domainOf.Length);
        for (var n = 0; n < domainOf.Length; n++)
        {
            if (domainOf[n] >= 0) order.Add(n);
        }

        int[] sorted = [.. order];
        int[] keys = Array.ConvertAll(sorted, n => domainOf[n]);
        Array.Sort(keys, sorted);
        return sorted;
    }

    // A node's maximum may bound its members: each then counts with its share of what all of them add, and fewer of them add more each.
    private static long Each(NodePower power, long podWatts, int slots, long watts) =>
        (PowerDraw.OfNode(power, podWatts + slots * watts) - PowerDraw.OfNode(power, podWatts)) / slots;
}
