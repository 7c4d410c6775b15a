namespace TopoScheduler.Core.Power;

/// <summary>Which power domains a node's draw counts in, and how much of it there in each feed state.</summary>
/// <remarks>
/// A node counts in every domain it names and in everything above those. Above a rack stands what the rack's other nodes name, too: a rack that is
/// labelled below two PDUs that are no A and B pair counts below both, with all of its draw, whatever feed is lost.
/// </remarks>
internal sealed class DomainReach(PowerTree tree)
{
    private readonly Dictionary<PowerVertex, PowerVertex[]> _above = [];
    private readonly SortedSet<int> _reached = [];

    /// <summary>Indices of the domains the node counts in, ascending. Valid until the next call.</summary>
    public IReadOnlyCollection<int> Of(PowerLocation at)
    {
        _reached.Clear();
        var (pdu, pduB) = at.Pdus();
        var rack = tree.Find(PowerDomainKind.Rack, at.Rack);
        Add(tree.Find(PowerDomainKind.Pdu, pdu));
        Add(tree.Find(PowerDomainKind.Pdu, pduB));
        Add(tree.Find(PowerDomainKind.Row, at.Row));
        Add(tree.Find(PowerDomainKind.Facility, at.Facility));
        if (rack is not null)
        {
            _reached.Add(rack.Index);
            foreach (var parent in rack.Parents)
            {
                // The other PDU of a well-formed pair carries nothing of a node that names its own.
                if (parent.Kind != PowerDomainKind.Pdu || pdu is null || !rack.IsFedTwice)
                {
                    Add(parent);
                }
            }
        }

        return _reached;
    }

    /// <summary>Halves of the node's draw in one of its domains when no feed, feed A, feed B is lost.</summary>
    public void HalvesIn(int domain, PowerLocation at, Span<byte> halves)
    {
        var vertex = tree.Vertices[domain];
        var (pdu, pduB) = at.Pdus();
        var (a, b) = (tree.Find(PowerDomainKind.Pdu, pdu), tree.Find(PowerDomainKind.Pdu, pduB));
        if (a is null && tree.Find(PowerDomainKind.Rack, at.Rack) is { IsDualCorded: true, Pair: { } pair })
        {
            (a, b) = pair;
        }

        var dual = b is not null;
        if (dual && vertex == a)
        {
            Set(halves, 1, 0, 2);
        }
        else if (dual && vertex == b)
        {
            Set(halves, 1, 2, 0);
        }
        else
        {
            var lostWithA = !dual && at.Feed == PowerFeed.A;
            var lostWithB = !dual && at.Feed == PowerFeed.B;
            Set(halves, 2, (byte)(lostWithA ? 0 : 2), (byte)(lostWithB ? 0 : 2));
        }
    }

    private static void Set(Span<byte> halves, byte normal, byte lostA, byte lostB)
    {
        halves[(int)FeedState.Normal] = normal;
        halves[(int)FeedState.LostA] = lostA;
        halves[(int)FeedState.LostB] = lostB;
    }

    private void Add(PowerVertex? vertex)
    {
        if (vertex is null || !_reached.Add(vertex.Index))
        {
            return;
        }

        if (!_above.TryGetValue(vertex, out var above))
        {
            var ancestors = new HashSet<PowerVertex>();
            PowerTree.AddAncestors(vertex, ancestors);
            _above[vertex] = above = [.. ancestors];
        }

        foreach (var ancestor in above)
        {
            _reached.Add(ancestor.Index);
        }
    }
}
