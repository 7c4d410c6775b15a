namespace TopoScheduler.Core.Placement.Search;

/// <summary>What an entry must obey at a vertex: its power constraints, the balance asked for, and bounds on members.</summary>
internal sealed class VertexRules(LaminarTree tree, TreeOptions options)
{
    private readonly PlacementProblem _problem = tree.Problem;

    /// <summary>True when the entry may stand at the vertex.</summary>
    /// <param name="vertex">The vertex.</param>
    /// <param name="node">Any node below it.</param>
    /// <param name="space">What the entry's vector counts.</param>
    /// <param name="entry">The entry.</param>
    public bool Allow(int vertex, int node, CountSpace space, in Entry entry)
    {
        var partitions = tree.PartitionsOf(vertex);
        if (entry.Vector != 0)
        {
            if (!PowerHolds(vertex, space, entry) || !Balanced(partitions, space, entry.Vector)) return false;
        }

        foreach (var bound in options.Bounds)
        {
            if ((partitions >> bound.Partition & 1) == 0) continue;
            var domain = _problem.Partitions.All[bound.Partition].DomainOf[node];
            long sum = 0;
            for (var k = 0; k < bound.Weights.Length; k++)
            {
                sum += bound.Weights[k] * space.Members(entry.Vector, k);
            }

            if (sum > bound.High[domain] || (bound.Low is { } low && sum < low[domain])) return false;
        }

        return true;
    }

    private bool Balanced(ulong partitions, CountSpace space, int vector)
    {
        if (options.MinGpusPerNvLink > 0 && (partitions >> _problem.Partitions.NvLink & 1) != 0)
        {
            var gpus = 0;
            for (var k = 0; k < _problem.Kinds.Length; k++)
            {
                gpus += _problem.Kinds[k].Gpus * space.Members(vector, k);
            }

            if (gpus > 0 && gpus < options.MinGpusPerNvLink) return false;
        }

        if (options.MinPartition < 0 || (partitions >> options.MinPartition & 1) == 0) return true;
        var members = 0;
        for (var k = 0; k < _problem.Kinds.Length; k++)
        {
            members += space.Members(vector, k);
        }

        return members >= options.MinPerDomain;
    }

    private bool PowerHolds(int vertex, CountSpace space, in Entry entry)
    {
        if (tree.PowerOf(vertex) is not { } bounds) return true;
        foreach (var bound in bounds)
        {
            var watts = entry.Watts;
            if (bound.UniformWatts is { } uniform)
            {
                watts = 0;
                for (var k = 0; k < uniform.Length; k++)
                {
                    // -1: no node below can take this kind.
                    if (uniform[k] > 0) watts += uniform[k] * space.Members(entry.Vector, k);
                }
            }

            if (watts * bound.Halves > bound.Headroom) return false;
        }

        return true;
    }
}
