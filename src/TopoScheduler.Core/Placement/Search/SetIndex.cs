namespace TopoScheduler.Core.Placement.Search;

/// <summary>A set of nodes on its way into a <see cref="LaminarTree"/>: a domain of a partition, or the nodes below a power constraint.</summary>
/// <param name="Nodes">Node indices, ascending.</param>
/// <param name="Partition">Index of the partition; -1 for a power constraint.</param>
/// <param name="Power">The power constraint; null for a domain.</param>
internal sealed record NodeSet(int[] Nodes, int Partition, PowerBound? Power);

/// <summary>Sets of nodes that nest pairwise, with the sets of each node as a linked list in flat arrays: asking about one more set costs its size.</summary>
internal sealed class SetIndex
{
    private readonly List<NodeSet> _sets = [];
    private readonly int[] _head;
    private readonly List<(int Set, int Next)> _links = [];
    private readonly List<int> _covered = [];
    private readonly List<int> _touched = [];

    /// <param name="nodes">Number of nodes.</param>
    public SetIndex(int nodes)
    {
        _head = new int[nodes];
        Array.Fill(_head, -1);
    }

    /// <summary>The sets, in the order they were added.</summary>
    public IReadOnlyList<NodeSet> All => _sets;

    /// <summary>True when the set is disjoint from, inside, or around every set added so far.</summary>
    public bool Nests(NodeSet set)
    {
        _touched.Clear();
        foreach (var node in set.Nodes)
        {
            for (var link = _head[node]; link >= 0; link = _links[link].Next)
            {
                var other = _links[link].Set;
                if (_covered[other]++ == 0) _touched.Add(other);
            }
        }

        var nests = true;
        foreach (var other in _touched)
        {
            nests &= _covered[other] == set.Nodes.Length || _covered[other] == _sets[other].Nodes.Length;
            _covered[other] = 0;
        }

        return nests;
    }

    /// <summary>Adds a set.</summary>
    public void Add(NodeSet set)
    {
        foreach (var node in set.Nodes)
        {
            _links.Add((_sets.Count, _head[node]));
            _head[node] = _links.Count - 1;
        }

        _sets.Add(set);
        _covered.Add(0);
    }
}
