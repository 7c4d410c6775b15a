using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>
/// A node of a labelled fleet: 8 H100, 2,300 W idle and 10,200 W at most, four to a rack, the racks under leaves and these under spines. The figures are
/// stated as labels, so that draws can be worked out by hand.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Spine">Spine switch.</param>
/// <param name="Leaf">Leaf switch.</param>
/// <param name="Rack">Rack.</param>
/// <param name="RackBudgetWatts">Budget of the rack.</param>
internal sealed record FleetNode(string Name, string Spine, string Leaf, string Rack, int RackBudgetWatts)
{
    /// <summary>GPUs of a node.</summary>
    public const int Gpus = 8;

    private const int IdleWatts = 2_300;
    private const int MaxWatts = 10_200;
    private const int NodesPerRack = 4;

    /// <summary>Four nodes idle and three of them at their most: a rack takes three full nodes of its four.</summary>
    public const int ThreeFullNodes = IdleWatts + (3 * MaxWatts);

    /// <summary>A fleet.</summary>
    public static IReadOnlyList<FleetNode> Fleet(int spines, int leavesPerSpine, int nodesPerLeaf, int rackBudgetWatts = ThreeFullNodes) =>
        [.. from s in Enumerable.Range(1, spines)
            from l in Enumerable.Range(1, leavesPerSpine)
            from n in Enumerable.Range(0, nodesPerLeaf)
            select new FleetNode($"n-{s}-{l}-{n + 1:D2}", $"spine-{s}", $"leaf-{s}-{l}", $"rack-{s}-{l}-{(n / NodesPerRack) + 1}", rackBudgetWatts)];

    /// <summary>Watts of a node with so many GPUs taken at full draw: an even share of all it draws beyond idle each, rounded up per pod as one.</summary>
    public static int Draw(int gpusTaken) => Math.Min(MaxWatts, IdleWatts + (((MaxWatts - IdleWatts) * gpusTaken) + Gpus - 1) / Gpus);

    /// <summary>The object to create.</summary>
    public NodeObject ToNode() => new(Name)
    {
        Spine = Spine,
        Leaf = Leaf,
        Rack = Rack,
        RackBudgetWatts = RackBudgetWatts,
        IdleWatts = IdleWatts,
        MaxWatts = MaxWatts,
        Gpus = Gpus,
    };
}
