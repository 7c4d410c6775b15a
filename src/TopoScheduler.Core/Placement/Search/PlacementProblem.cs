using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Distance;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Filters;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// One gang on one snapshot, compiled into dense arrays: what fits where (kinds, slots), what must hold (headrooms, partitions) and what is being
/// compared (tiers). Made once per gang; the search asks it for many sizes and caps.
/// </summary>
internal sealed class PlacementProblem
{
    private readonly long[] _podWatts;
    private readonly long[] _baseDraw;
    private int[]? _powerSlack;

    private PlacementProblem(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy, EligibilityTable table)
    {
        Cluster = cluster;
        Gang = gang;
        Policy = policy;
        Table = table;
        var nodes = cluster.Nodes.Length;
        _podWatts = new long[nodes];
        _baseDraw = new long[nodes];
        for (var n = 0; n < nodes; n++)
        {
            _podWatts[n] = cluster.PodWattsOf(n);
            _baseDraw[n] = cluster.DrawOf(n);
        }

        Partitions = new PartitionSet(cluster, gang, table);
        Headroom = HeadroomOf(cluster);
        Usable = UsableNodes();
        ScaleUpGBps = ScaleUp(cluster);
        OwnTime = new OwnTimeEstimator(policy.Links, cluster.Topology, gang, ScaleUpGBps);
    }

    /// <summary>The snapshot.</summary>
    public ClusterSnapshot Cluster { get; }

    /// <summary>The gang.</summary>
    public Gang Gang { get; }

    /// <summary>The policy.</summary>
    public PlacementPolicy Policy { get; }

    /// <summary>Which nodes each role may use.</summary>
    public EligibilityTable Table { get; }

    /// <summary>The tiers and label domains that matter.</summary>
    public PartitionSet Partitions { get; }

    /// <summary>Half watts left in each power constraint; negative where others pushed it over.</summary>
    public long[] Headroom { get; }

    /// <summary>By node: false where a power constraint is already over, or a required partition does not cover the node.</summary>
    public bool[] Usable { get; }

    /// <summary>By node: how empty its fullest power constraint is, in thousandths; 0 without any.</summary>
    public int[] PowerSlack => _powerSlack ??= Policy.WithoutPowerFill ? new int[Cluster.Nodes.Length] : SlackOf(Cluster, Headroom);

    /// <summary>One-way GB/s per GPU inside the NVLink domain, by node; 0 where the product is unknown.</summary>
    public double[] ScaleUpGBps { get; }

    /// <summary>Prices placements.</summary>
    public OwnTimeEstimator OwnTime { get; }

    /// <summary>Kinds of members at the size and cap now being tried.</summary>
    public MemberKind[] Kinds { get; private set; } = [];

    /// <summary>By role: index of its kind.</summary>
    public int[] KindOfRole { get; private set; } = [];

    /// <summary>By role: members placed at the size now being tried.</summary>
    public int[] RoleCounts { get; private set; } = [];

    /// <summary>Members placed at the size now being tried.</summary>
    public int Size { get; private set; }

    /// <summary>The GPU cap now being tried.</summary>
    public int? CapWatts { get; private set; }

    /// <summary>Nodes that can hold a member, ascending.</summary>
    public int[] Active { get; private set; } = [];

    /// <summary>Compiles the problem.</summary>
    public static PlacementProblem Compile(ClusterSnapshot cluster, Gang gang, PlacementPolicy policy, bool[]? allowed = null) =>
        new(cluster, gang, policy, Eligibility.Evaluate(cluster, gang, allowed));

    /// <summary>Sets the size (members beyond it, at the end, are left out) and the GPU cap.</summary>
    public void Configure(int size, int? capWatts)
    {
        Size = size;
        CapWatts = capWatts;
        var roles = Gang.Roles;
        RoleCounts = new int[roles.Length];
        var left = size;
        for (var r = 0; r < roles.Length; r++)
        {
            RoleCounts[r] = Math.Min(left, roles[r].Count);
            left -= RoleCounts[r];
        }

        BuildKinds();
        Active = ActiveNodes();
    }

    /// <summary>Draw a node gains when it takes <paramref name="addedPodWatts"/> more pod watts.</summary>
    public long AddedDraw(int node, long addedPodWatts) =>
        PowerDraw.OfNode(Cluster.Nodes[node].Power, _podWatts[node] + addedPodWatts) - _baseDraw[node];

    /// <summary>True when the members of all kinds fit together on the node (resources only).</summary>
    public bool FitsTogether(int node, ReadOnlySpan<int> counts)
    {
        var dimensions = Table.Dimensions.Length;
        var free = Table.Free.AsSpan(node * dimensions, dimensions);
        for (var d = 0; d < dimensions; d++)
        {
            long sum = 0;
            for (var k = 0; k < counts.Length; k++)
            {
                sum += counts[k] * Kinds[k].Request[d];
            }

            if (sum > free[d]) return false;
        }

        return true;
    }

    private static long[] HeadroomOf(ClusterSnapshot cluster)
    {
        var headroom = new long[cluster.Power.Constraints.Length];
        for (var c = 0; c < headroom.Length; c++)
        {
            headroom[c] = cluster.HeadroomOf(c);
        }

        return headroom;
    }

    private static int[] SlackOf(ClusterSnapshot cluster, long[] headroom)
    {
        var ofConstraint = new int[headroom.Length];
        foreach (var constraint in cluster.Power.Constraints)
        {
            var c = constraint.Index;
            ofConstraint[c] = (int)Math.Min(1000, 1000 * Math.Max(0, headroom[c]) / Math.Max(1, constraint.LimitHalfWatts));
        }

        var slack = new int[cluster.Nodes.Length];
        for (var n = 0; n < slack.Length; n++)
        {
            var shares = cluster.Power.SharesOf(n);
            var least = shares.IsEmpty ? 0 : 1000;
            foreach (var share in shares)
            {
                least = Math.Min(least, ofConstraint[share.Constraint]);
            }

            slack[n] = least;
        }

        return slack;
    }

    /// <summary>One-way GB/s per GPU inside the NVLink domain, by node; 0 where the product is unknown. Neighbours mostly have the same product.</summary>
    internal static double[] ScaleUp(ClusterSnapshot cluster)
    {
        var scaleUp = new double[cluster.Nodes.Length];
        for (var n = 0; n < scaleUp.Length; n++)
        {
            var product = cluster.Nodes[n].Accelerator;
            scaleUp[n] = n > 0 && product == cluster.Nodes[n - 1].Accelerator ? scaleUp[n - 1] : AcceleratorTable.Find(product)?.ScaleUpGBps ?? 0;
        }

        return scaleUp;
    }

    private bool[] UsableNodes()
    {
        var usable = new bool[Cluster.Nodes.Length];
        var overdrawn = Array.Exists(Headroom, h => h < 0);
        for (var n = 0; n < usable.Length; n++)
        {
            var ok = Partitions.Covers(n);
            if (overdrawn)
            {
                foreach (var share in Cluster.Power.SharesOf(n))
                {
                    ok &= Headroom[share.Constraint] >= 0;
                }
            }

            usable[n] = ok;
        }

        return usable;
    }

    private void BuildKinds()
    {
        var kinds = new List<MemberKind>();
        KindOfRole = new int[RoleCounts.Length];
        for (var r = 0; r < RoleCounts.Length; r++)
        {
            var watts = MemberWatts(r);
            var same = kinds.FindIndex(k => Alike(k, r, watts));
            if (same < 0)
            {
                same = kinds.Count;
                kinds.Add(KindOf(r, watts));
            }
            else
            {
                var k = kinds[same];
                kinds[same] = new MemberKind
                {
                    Roles = [.. k.Roles, r],
                    Count = k.Count + RoleCounts[r],
                    Gpus = k.Gpus,
                    Request = k.Request,
                    Slots = k.Slots,
                    FreeSlots = k.FreeSlots,
                    Watts = k.Watts,
                };
            }

            KindOfRole[r] = same;
        }

        Kinds = [.. kinds];
        foreach (var kind in Kinds)
        {
            for (var n = 0; n < kind.Slots.Length; n++)
            {
                kind.Slots[n] = (int)Math.Min(kind.FreeSlots[n], kind.Count);
            }
        }
    }

    private long[] MemberWatts(int role)
    {
        var pod = Gang.Roles[role].Template.Power with { CapWatts = CapWatts };
        var watts = new long[Cluster.Nodes.Length];
        NodePower? last = null;
        long lastWatts = 0;
        for (var n = 0; n < watts.Length; n++)
        {
            if (Table.Removed[role][n] is not null) continue;
            var power = Cluster.Nodes[n].Power;
            if (!ReferenceEquals(power, last))
            {
                last = power;
                lastWatts = PowerDraw.OfPod(power, pod);
            }

            watts[n] = lastWatts;
        }

        return watts;
    }

    private bool Alike(MemberKind kind, int role, long[] watts)
    {
        var first = kind.Roles[0];
        return kind.Gpus == Gang.Roles[role].Template.Gpus
            && kind.Request.AsSpan().SequenceEqual(Table.Request[role])
            && SameNodes(Table.Removed[first], Table.Removed[role])
            && kind.Watts.AsSpan().SequenceEqual(watts)
            && Table.DomainLimits.All(l => l.Weights[first] == l.Weights[role])
            && Table.Spreads.All(s => s.Counts[first] == s.Counts[role] && s.Holders[first] == s.Holders[role]);
    }

    private static bool SameNodes(FitConstraint?[] a, FitConstraint?[] b)
    {
        for (var n = 0; n < a.Length; n++)
        {
            if (a[n] is null != b[n] is null) return false;
        }

        return true;
    }

    private MemberKind KindOf(int role, long[] watts)
    {
        var nodes = Cluster.Nodes.Length;
        var request = Table.Request[role];
        var free = new long[nodes];
        for (var n = 0; n < nodes; n++)
        {
            free[n] = Usable[n] && Table.Removed[role][n] is null ? FreeSlots(n, request) : 0;
        }

        return new MemberKind
        {
            Roles = [role],
            Count = RoleCounts[role],
            Gpus = Gang.Roles[role].Template.Gpus,
            Request = request,
            Slots = new int[nodes],
            FreeSlots = free,
            Watts = watts,
        };
    }

    private long FreeSlots(int node, long[] request)
    {
        var slots = (long)int.MaxValue;
        var offset = node * request.Length;
        for (var d = 0; d < request.Length; d++)
        {
            if (request[d] > 0) slots = Math.Min(slots, Table.Free[offset + d] / request[d]);
        }

        return slots;
    }

    private int[] ActiveNodes()
    {
        var active = new List<int>(Cluster.Nodes.Length);
        for (var n = 0; n < Cluster.Nodes.Length; n++)
        {
            foreach (var kind in Kinds)
            {
                if (kind.Slots[n] > 0)
                {
                    active.Add(n);
                    break;
                }
            }
        }

        return [.. active];
    }
}
