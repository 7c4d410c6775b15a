using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>
/// The statements of all nodes gathered by power domain: which domains there are, what stands above each, which budgets and cooling classes were
/// stated. Nothing is judged here beyond "the lowest budget counts".
/// </summary>
internal sealed class PowerTree
{
    private const int Kinds = 4;

    private readonly Dictionary<string, PowerVertex>[] _byName = [.. Enumerable.Range(0, Kinds).Select(_ => new Dictionary<string, PowerVertex>(StringComparer.Ordinal))];

    /// <summary>Racks, PDUs, rows, facilities, each in ordinal name order.</summary>
    public ImmutableArray<PowerVertex> Vertices { get; private set; } = [];

    public static PowerTree Read(IReadOnlyList<PowerLocation> locations, IReadOnlyList<PowerDomainSpec> specs)
    {
        var tree = new PowerTree();
        for (var n = 0; n < locations.Count; n++)
        {
            tree.ReadNode(locations[n], n);
        }

        for (var i = 0; i < specs.Count; i++)
        {
            tree.ReadSpec(specs[i], i);
        }

        tree.Vertices = [.. tree._byName.SelectMany(kind => kind.Values.OrderBy(v => v.Name, StringComparer.Ordinal))];
        for (var i = 0; i < tree.Vertices.Length; i++)
        {
            tree.Vertices[i].Index = i;
        }

        return tree;
    }

    /// <summary>The vertex of this name, or null where the name is null.</summary>
    public PowerVertex? Find(PowerDomainKind kind, string? name) => name is null ? null : _byName[(int)kind].GetValueOrDefault(name);

    /// <summary>Indices of the parents that are not also reached through another parent.</summary>
    public static ImmutableArray<int> NearestParents(PowerVertex vertex)
    {
        var further = new HashSet<PowerVertex>();
        foreach (var parent in vertex.Parents)
        {
            AddAncestors(parent, further);
        }

        return [.. vertex.Parents.Where(p => !further.Contains(p)).Select(p => p.Index).Order()];
    }

    /// <summary>Adds everything above a vertex. Parents are always of a wider rung, so this ends.</summary>
    public static void AddAncestors(PowerVertex vertex, HashSet<PowerVertex> ancestors)
    {
        foreach (var parent in vertex.Parents)
        {
            if (ancestors.Add(parent))
            {
                AddAncestors(parent, ancestors);
            }
        }
    }

    private void ReadNode(PowerLocation at, int node)
    {
        var (pdu, pduB) = at.Pdus();
        var rack = Vertex(PowerDomainKind.Rack, at.Rack);
        var pduVertex = Vertex(PowerDomainKind.Pdu, pdu);
        var pduBVertex = Vertex(PowerDomainKind.Pdu, pduB);
        var row = Vertex(PowerDomainKind.Row, at.Row);
        var facility = Vertex(PowerDomainKind.Facility, at.Facility);

        rack?.State(at.RackBudgetWatts, node);
        rack?.State(at.Cooling);
        pduVertex?.State(at.Pdu is null ? at.PduBBudgetWatts : at.PduBudgetWatts, node);
        if (pduBVertex is not null && at.PduBBudgetWatts is { } own)
        {
            pduBVertex.State(own, node);
        }
        else
        {
            pduBVertex?.StateInherited(at.PduBudgetWatts, node);
        }

        row?.State(at.RowBudgetWatts, node);
        facility?.State(at.FacilityBudgetWatts, node);

        pduVertex?.StateFeed(pduBVertex is not null || at.Feed != PowerFeed.None);
        pduBVertex?.StateFeed(true);
        if (rack is not null)
        {
            rack.StatePdus(pduVertex, pduBVertex, at.Feed);
            if (pduVertex is null)
            {
                rack.AddParent(row ?? facility);
            }
        }

        pduVertex?.AddParent(row ?? facility);
        pduBVertex?.AddParent(row ?? facility);
        row?.AddParent(facility);
    }

    private void ReadSpec(PowerDomainSpec spec, int index)
    {
        var vertex = Vertex(spec.Id.Kind, spec.Id.Name)!;
        vertex.State(spec, -1 - index);
        // Parents are of wider rungs: whatever is stated, the tree has no rings.
        if (spec.Parent is { } parent && parent.Kind > spec.Id.Kind) vertex.AddParent(Vertex(parent.Kind, parent.Name));
    }

    private PowerVertex? Vertex(PowerDomainKind kind, string? name)
    {
        if (name is null)
        {
            return null;
        }

        if (!_byName[(int)kind].TryGetValue(name, out var vertex))
        {
            _byName[(int)kind][name] = vertex = new(kind, name);
        }

        return vertex;
    }
}
