using System.Globalization;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Testing.ThirdParty;

/// <summary>The shared scene of 4,096 nodes: 16 spines of 16 leaves of 16 nodes of 8 GPUs, and its table of known answers.</summary>
public static class Scene
{
    /// <summary>Nodes in the scene.</summary>
    public const int Nodes = 4_096;

    /// <summary>Nodes per leaf; as many leaves per spine, as many spines.</summary>
    public const int PerLeaf = 16;

    /// <summary>One row of the table.</summary>
    /// <param name="State"><c>empty</c>, <c>half</c>, <c>p90</c> or <c>frag</c>.</param>
    /// <param name="Members">Pods of the gang, one a node.</param>
    /// <param name="Spines">Fewest spines.</param>
    /// <param name="Leaves">Fewest leaves within that.</param>
    public sealed record Row(string State, int Members, int Spines, int Leaves);

    /// <summary>The rows of the table, read from its <c>best</c> column.</summary>
    public static IReadOnlyList<Row> Rows() =>
        [.. File.ReadLines(ThirdPartyData.Require("scenes", "README.md")).Where(l => l.StartsWith('|')).Select(TryRead).OfType<Row>()];

    /// <summary>Node indices that are busy in a state.</summary>
    public static IReadOnlyList<int> Busy(string state) => state == "empty"
        ? []
        : [.. File.ReadLines(ThirdPartyData.Require("scenes", $"busy-{state}.txt"))
            .Where(name => name.Length > 0)
            .Select(name => int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture))];

    /// <summary>The cluster in a state.</summary>
    public static ClusterBuilder Cluster(string state) =>
        ClusterBuilder.Spines(PerLeaf).Leaves(PerLeaf).NodesPerLeaf(PerLeaf).GpusPerNode(8).Busy(Busy(state));

    private static Row? TryRead(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        var named = cells[1].Split(',', StringSplitOptions.TrimEntries);
        var best = cells[2].Split('/');
        return named.Length == 2 && best.Length == 2 && int.TryParse(named[1], CultureInfo.InvariantCulture, out var members)
            ? new(named[0], members, int.Parse(best[0], CultureInfo.InvariantCulture), int.Parse(best[1], CultureInfo.InvariantCulture))
            : null;
    }
}
