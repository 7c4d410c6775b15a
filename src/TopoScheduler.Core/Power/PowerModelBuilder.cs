using System.Collections.Immutable;

namespace TopoScheduler.Core.Power;

/// <summary>Builds a <see cref="PowerModel"/>.</summary>
/// <remarks>
/// Phases: (1) read what nodes and resources state into a <see cref="PowerTree"/>: names, parents, budgets, cooling; (2) settle budgets and report
/// contradictions; (3) for every node, find the domains above it and the halves of its draw that count there when no feed, feed A or feed B is lost;
/// (4) the same for what is no node but draws: base loads.
/// <code>
///   node ── rack r7 ──┬── pdu-a ──┬── row w1 ── facility        normal: ½ on pdu-a, ½ on pdu-b; 1 in r7, w1, facility
///                     └── pdu-b ──┘                             A lost: 0 on pdu-a, 1 on pdu-b
/// </code>
/// </remarks>
public static class PowerModelBuilder
{
    private const int States = 3;

    /// <summary>Builds the model. Never throws on strange labels: they become <see cref="PowerModel.Problems"/>.</summary>
    /// <param name="names">Node names by node index.</param>
    /// <param name="locations">Power locations by node index.</param>
    /// <param name="specs">What is said beside the labels; their order does not matter.</param>
    public static PowerModel Build(IReadOnlyList<string> names, IReadOnlyList<PowerLocation> locations, IEnumerable<PowerDomainSpec>? specs = null)
    {
        PowerDomainSpec[] said = [.. (specs ?? []).OrderBy(s => s.Source, StringComparer.Ordinal)];
        var problems = new PowerProblems(names, locations, said);
        var tree = PowerTree.Read(locations, said);
        problems.ReportNodes();
        problems.ReportSpecs(tree);
        problems.ReportTree(tree);

        var members = new List<int>[tree.Vertices.Length];
        var halves = new List<byte>[tree.Vertices.Length];
        for (var d = 0; d < members.Length; d++)
        {
            (members[d], halves[d]) = ([], []);
        }

        var reach = new DomainReach(tree);
        Span<byte> share = stackalloc byte[States];
        for (var n = 0; n < locations.Count; n++)
        {
            foreach (var domain in reach.Of(locations[n]))
            {
                reach.HalvesIn(domain, locations[n], share);
                members[domain].Add(n);
                halves[domain].AddRange(share);
            }
        }

        var bases = BaseLoads.Of(tree);
        ImmutableArray<DomainShares> shares = [.. halves.Select((h, d) => new DomainShares([.. h], bases[d]))];
        ImmutableArray<DomainBudget> budgets = [.. tree.Vertices.Select(v => new DomainBudget(v.EffectiveBudgetWatts, [.. v.Windows]))];
        return new(Domains(tree, members, shares), shares, budgets, locations.Count, problems.ToImmutable());
    }

    private static ImmutableArray<PowerDomain> Domains(PowerTree tree, List<int>[] members, ImmutableArray<DomainShares> shares)
    {
        var domains = ImmutableArray.CreateBuilder<PowerDomain>(tree.Vertices.Length);
        foreach (var vertex in tree.Vertices)
        {
            domains.Add(new(
                vertex.Index,
                vertex.Kind,
                vertex.Name,
                vertex.EffectiveBudgetWatts,
                shares[vertex.Index].BaseWatts,
                vertex.Cooling,
                PowerTree.NearestParents(vertex),
                [.. members[vertex.Index]]));
        }

        return domains.MoveToImmutable();
    }
}
