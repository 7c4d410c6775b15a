using System.Globalization;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Power;

/// <summary>
/// A node of the scene: 8 H100, 2,300 W idle and 10,200 W at most. Six of them stand in a rack of 40 kW, which is spent with 26 of their 48 GPUs busy; six more
/// in a rack that could run all of them.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Rack">Its rack.</param>
/// <param name="RackBudgetWatts">Budget of the rack.</param>
internal sealed record RackNode(string Name, string Rack, int RackBudgetWatts)
{
    /// <summary>The rack whose budget binds.</summary>
    public const string Tight = "rack-tight";

    /// <summary>Its budget.</summary>
    public const int TightBudgetWatts = 40_000;

    /// <summary>The rack with room.</summary>
    public const string Roomy = "rack-roomy";

    private const int RoomyBudgetWatts = 70_000;
    private const int NodesPerRack = 6;

    /// <summary>The nodes of both racks.</summary>
    public static IReadOnlyList<RackNode> All { get; } = [.. Of(Tight, TightBudgetWatts), .. Of(Roomy, RoomyBudgetWatts)];

    /// <summary>The names of the nodes in the rack whose budget binds.</summary>
    public static IReadOnlyList<string> TightNames { get; } = [.. All.Where(n => n.Rack == Tight).Select(n => n.Name)];

    /// <summary>The object to create.</summary>
    public NodeObject ToNode() => new(Name)
    {
        Leaf = $"leaf-of-{Rack}",
        Spine = "spine",
        Rack = Rack,
        RackBudgetWatts = RackBudgetWatts,
        IdleWatts = 2_300,
        MaxWatts = 10_200,
    };

    private static IEnumerable<RackNode> Of(string rack, int budgetWatts) =>
        Enumerable.Range(1, NodesPerRack).Select(i => new RackNode(string.Create(CultureInfo.InvariantCulture, $"{rack}-{i}"), rack, budgetWatts));
}
