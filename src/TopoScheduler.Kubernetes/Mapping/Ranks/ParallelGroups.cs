using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Mapping.Ranks;

/// <summary>
/// The communicators of one dimension of parallelism. Ranks count through the dimensions innermost first, so those of one group are <see cref="Stride"/> apart:
/// with <c>tp=8,pp=4</c> ranks 0 to 7 are one tensor-parallel group, and 0, 8, 16, 24 one pipeline.
/// </summary>
/// <param name="Name">The dimension.</param>
/// <param name="Degree">Ranks in a group.</param>
/// <param name="Stride">How far apart two neighbours of a group are.</param>
internal sealed record ParallelGroups(string Name, int Degree, int Stride)
{
    /// <summary>The dimensions of a gang, innermost first.</summary>
    public static List<ParallelGroups> Of(GangHints hints)
    {
        var all = new List<ParallelGroups>();
        var stride = 1;
        foreach (var dimension in hints.Parallelism)
        {
            all.Add(new(dimension.Name, dimension.Degree, stride));
            stride *= dimension.Degree;
        }

        return all;
    }

    /// <summary>The groups of the ranks that are there, each ascending, in the order of their first rank. Every rank is in exactly one.</summary>
    public List<List<int>> Divide(IEnumerable<int> ranks)
    {
        var groups = new List<List<int>>();
        var known = new Dictionary<int, List<int>>();
        foreach (var rank in ranks.Order())
        {
            var key = rank / (Stride * Degree) * Stride + rank % Stride;
            if (!known.TryGetValue(key, out var group))
            {
                known.Add(key, group = []);
                groups.Add(group);
            }

            group.Add(rank);
        }

        return groups;
    }
}
