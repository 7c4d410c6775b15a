using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>
/// Racks and leaves that are to be added: copies of what is there, empty, below the same PDUs and rows.
/// <para>A copy of rack <c>r7</c> is called <c>r7-new-1</c>, its nodes, its NVLink domains and the power domain's resource likewise; it has the budget of the
/// one copied and hangs at the same leaf. A copy of a leaf is a new leaf below the same spine, its racks copied too. Labels whose value is one of the old names
/// get the new one, so that selectors by host name or rack mean what they say. A place that is added may be named by the other changes of the scenario.</para>
/// </summary>
internal sealed class AddedDomains(ClusterSnapshot cluster, ScenarioProblems problems)
{
    private const string Field = "addRacks";
    private const string Expected = "expected kind/name=count such as \"rack/r7=2\" or \"leaf/s1/l3=1\"";
    private const int MostCopies = 1_000;

    // Requests come from strangers: no more than any site has.
    private const int MostNodes = 50_000;

    private readonly SortedDictionary<string, Copied> _copied = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = [];
    private readonly List<NodeInfo> _nodes = [];
    private readonly List<PowerDomainSpec> _specs = [];

    /// <summary>Reads one of them.</summary>
    public void Read(string text)
    {
        var (slash, equals) = (text.IndexOf('/', StringComparison.Ordinal), text.LastIndexOf('='));
        if (slash < 1 || equals < slash + 2)
        {
            problems.Wrong(Field, text, $"is not understood; {Expected}");
            return;
        }

        var (kind, name) = (text[..slash], text[(slash + 1)..equals]);
        if (kind is not ("rack" or "leaf"))
        {
            problems.Wrong(Field, text, $"the kind \"{kind}\" cannot be added; expected rack or leaf");
            return;
        }

        var counted = int.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostCopies;
        if (!counted) problems.Wrong(Field, text, $"the count \"{text[(equals + 1)..]}\" is not understood; expected a whole number between 1 and {MostCopies}");
        var finder = new PlaceFinder(cluster, problems);
        if (finder.NodesOf(Field, text, (kind, name)) is not { } nodes || !counted) return;
        if (nodes.IsEmpty) problems.Wrong(Field, text, $"{kind}/{name} has no nodes; expected one to copy");
        if (nodes.IsEmpty) return;
        var leaf = kind == "leaf" ? cluster.Topology.Domains(0)[cluster.Topology.DomainOf(nodes[0], 0)] : null;
        if (!_copied.TryAdd(leaf is null ? $"rack/{name}" : $"leaf/{leaf.Path}", new(nodes, count, leaf?.Name))) problems.Wrong(Field, text, $"{kind}/{name} is given twice; expected it once");
        if (_copied.Values.Sum(c => (long)c.Nodes.Length * c.Count) > MostNodes) problems.Wrong(Field, text, $"more than {MostNodes} nodes would be added; expected fewer");
    }

    /// <summary>The cluster with them, and what was added.</summary>
    public (ClusterSnapshot Cluster, ImmutableArray<ScenarioChange> Changes) Apply()
    {
        if (_copied.Count == 0) return (cluster, []);
        _taken.UnionWith(cluster.Nodes.Select(n => n.Name));
        var changes = ImmutableArray.CreateBuilder<ScenarioChange>();
        foreach (var (id, copied) in _copied)
        {
            var before = _nodes.Count;
            for (var copy = 1; copy <= copied.Count; copy++) Copy(copied.Nodes, copy, copied.Leaf);
            var what = copied.Leaf is null ? ReportText.Count(copied.Count, "more rack") : ReportText.Count(copied.Count, "more leaf", "more leaves");
            changes.Add(new(ScenarioChangeKind.AddRacks, id, $"{what} like it, {ReportText.Count(_nodes.Count - before, "node")}"));
        }

        return (cluster.Rebuilt(cluster.Nodes.Concat(_nodes), cluster.PowerDomains.Concat(_specs)), changes.ToImmutable());
    }

    private void Copy(ImmutableArray<int> nodes, int copy, string? leaf)
    {
        var suffix = $"-new-{copy.ToString(CultureInfo.InvariantCulture)}";
        while (nodes.Any(n => _taken.Contains(cluster.Nodes[n].Name + suffix))) suffix += "-new";
        var racks = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var n in nodes)
        {
            var copied = Copy(cluster.Nodes[n], suffix, leaf);
            _taken.Add(copied.Name);
            _nodes.Add(copied);
            if (cluster.Nodes[n].PowerLocation.Rack is { } rack) racks.Add(rack);
        }

        foreach (var spec in cluster.PowerDomains)
        {
            if (spec.Id.Kind == PowerDomainKind.Rack && racks.Contains(spec.Id.Name)) _specs.Add(spec with { Id = spec.Id with { Name = spec.Id.Name + suffix }, Problems = [] });
        }
    }

    private NodeInfo Copy(NodeInfo original, string suffix, string? leaf)
    {
        var (rack, nvLink) = (original.PowerLocation.Rack, original.Location.NvLinkDomain);
        var fabric = original.Location.Fabric;
        if (leaf is not null) fabric = fabric.IsDefaultOrEmpty ? [leaf + suffix] : fabric.SetItem(0, leaf + suffix);
        return original with
        {
            Name = original.Name + suffix,
            Uid = original.Name + suffix,
            Labels = original.Labels.SetItems(original.Labels.Where(l => l.Value.Length > 0 && (l.Value == original.Name || l.Value == rack || l.Value == nvLink || l.Value == leaf))
                .Select(l => KeyValuePair.Create(l.Key, l.Value + suffix))),
            Location = original.Location with { Fabric = fabric, NvLinkDomain = nvLink is null ? null : nvLink + suffix },
            PowerLocation = original.PowerLocation with
            {
                Rack = rack is null ? null : rack + suffix,
                // What counts there now, which need not be what its labels state.
                RackBudgetWatts = rack is null ? null : BudgetOf(rack) ?? original.PowerLocation.RackBudgetWatts,
            },
            Unschedulable = false,
            Ready = true,
            Taints = original.Taints.RemoveAll(IsTrouble),
            Problems = [],
        };
    }

    // What kubernetes writes on a node that is in trouble; a new one is in none.
    private static bool IsTrouble(Taint taint) => taint.Key.StartsWith("node.kubernetes.io/", StringComparison.Ordinal);

    private sealed record Copied(ImmutableArray<int> Nodes, int Count, string? Leaf);

    private long? BudgetOf(string rack) => cluster.Power.Domains.First(d => d.Kind == PowerDomainKind.Rack && d.Name == rack).BudgetWatts;
}
