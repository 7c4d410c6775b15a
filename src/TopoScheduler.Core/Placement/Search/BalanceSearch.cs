namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Candidates for a smaller own time than the cheapest domains give: more GPUs in the emptiest NVLink domain, fewer NVLink domains, a fair share of an
/// oversubscribed tier. Each is one more run of the tables, made only while a bound says that it may still win.
/// </summary>
internal sealed class BalanceSearch(DomainSearch search)
{
    private const int MostWindows = 24;

    private readonly PlacementProblem _problem = search.Problem;
    private int[]? _gpus;

    /// <summary>Ranks of the gang.</summary>
    private int Ranks => _problem.Kinds.Sum(k => k.Gpus * k.Count);

    // Smallest number of GPUs a member brings; 0 when none does.
    private int Unit => _problem.Kinds.Where(k => k.Gpus > 0 && k.Count > 0).Select(k => k.Gpus).DefaultIfEmpty(0).Min();

    /// <summary>Own time at its bound: then the tables, exact in part 5, had the last word.</summary>
    public bool AtBound(Candidate best)
    {
        if (Unit == 0 || !_problem.OwnTime.DependsOnPlacement) return true;
        var domains = DomainsNeeded(Unit);
        return domains > 0 && best.Score.OwnTimeMs <= _problem.OwnTime.LeastMs(Ranks, domains);
    }

    /// <summary>Offers candidates of a tree that already has one.</summary>
    public void Run(LaminarTree tree, int scope, TreeOptions options)
    {
        if (Unit > 0 && Sorted().Length > 0 && Sorted()[0] >= 2 * Unit) PerNvLinkDomain(tree, scope, options);
        PerOversubscribedTier(tree, scope, options);
    }

    private void PerNvLinkDomain(LaminarTree tree, int scope, TreeOptions options)
    {
        if (tree.Holds(_problem.Partitions.NvLink))
        {
            PerBalance(tree, scope, options);
            return;
        }

        // NVLink domains that cross the switch tiers get a tree of their own, or, where they cross what must hold too, are tried a few at a time.
        var order = search.TreeOrder().ToList();
        order.Insert(scope >= 0 ? 1 : 0, _problem.Partitions.NvLink);
        var own = LaminarTree.Build(_problem, _problem.Active, order, search.Power);
        if (own.Holds(_problem.Partitions.NvLink) && search.Holds(own)) PerBalance(own, scope, options);
        else PerWindow(tree, scope, options);
    }

    private void PerBalance(LaminarTree tree, int scope, TreeOptions options)
    {
        foreach (var least in Promising())
        {
            var balanced = options with { MinGpusPerNvLink = least };
            if (!search.Offer(tree, scope, balanced with { NvLinkFirst = true })) continue;
            search.Offer(tree, scope, balanced);
        }
    }

    /// <summary>GPUs that every used NVLink domain could be made to hold with a smaller own time than the best so far, most first.</summary>
    public IEnumerable<int> Promising()
    {
        if (Unit == 0 || Sorted().Length == 0) yield break;
        for (var least = Math.Min(Sorted()[0], Ranks) / Unit * Unit; least >= Unit; least -= Unit)
        {
            var domains = DomainsNeeded(least);
            if (domains < 0) continue;
            var best = search.Best?.Score.OwnTimeMs ?? double.PositiveInfinity;
            if (_problem.OwnTime.LeastMs(Ranks, DomainsNeeded(Unit)) >= best) yield break;
            if (_problem.OwnTime.LeastMs(Ranks, domains) <= best) yield return least;
        }
    }

    // The nodes of a few neighbouring NVLink domains at a time, roomiest first, from one domain upwards while that many may win.
    private void PerWindow(LaminarTree tree, int scope, TreeOptions options)
    {
        var gpus = GpusPerDomain();
        var order = Enumerable.Range(0, gpus.Length).Where(d => gpus[d] > 0).OrderByDescending(d => gpus[d]).ThenBy(d => d).ToArray();
        var windows = 0;
        for (var width = 1; width <= order.Length; width++)
        {
            if (_problem.OwnTime.LeastMs(Ranks, width) >= search.Best!.Score.OwnTimeMs) return;
            for (var at = 0; at + width <= order.Length; at++)
            {
                var window = order.AsSpan(at, width);
                var room = 0;
                foreach (var domain in window)
                {
                    room += gpus[domain];
                }

                if (room < Ranks) break;
                if (++windows > MostWindows) return;
                search.Offer(tree, scope, options with { NodeWatts = Inside(window, options.NodeWatts) });
            }
        }
    }

    private long[] Inside(ReadOnlySpan<int> domains, long[]? limits)
    {
        var domainOf = _problem.Partitions.All[_problem.Partitions.NvLink].DomainOf;
        var inside = new long[domainOf.Length];
        Array.Fill(inside, -1);
        foreach (var node in _problem.Active)
        {
            if (domains.Contains(domainOf[node])) inside[node] = limits?[node] ?? long.MaxValue;
        }

        return inside;
    }

    // Where a tier is oversubscribed and crossed, a domain that holds few of the gang's NVLink domains is the bottleneck: try to give each its share.
    private void PerOversubscribedTier(LaminarTree tree, int scope, TreeOptions options)
    {
        var partitions = _problem.Partitions;
        for (var p = 0; p < partitions.TierCount; p++)
        {
            var tier = partitions.All[p].Tier;
            if (!tier.IsFabric || search.Best!.Score.Tiers[p].Used < 2) continue;
            var share = (int)Math.Ceiling(_problem.Policy.Links.OversubscriptionOf(tier.FabricIndex));
            for (var least = share; least >= 2; least--)
            {
                var before = search.Best.Score.OwnTimeMs;
                search.Offer(tree, scope, options with { MinPartition = p, MinPerDomain = least });
                if (search.Best.Score.OwnTimeMs < before) break;
            }
        }
    }

    // Fewest domains, each able to hold `least` GPUs, that together could hold all ranks; -1 when they cannot.
    private int DomainsNeeded(int least)
    {
        var (sum, ranks, gpus) = (0, Ranks, Sorted());
        for (var d = 0; d < gpus.Length && gpus[d] >= least; d++)
        {
            sum += gpus[d];
            if (sum >= ranks) return d + 1;
        }

        return -1;
    }

    private int[] Sorted()
    {
        if (_gpus is not null) return _gpus;
        _gpus = GpusPerDomain();
        Array.Sort(_gpus, (a, b) => b.CompareTo(a));
        return _gpus;
    }

    // GPUs of the gang each NVLink domain could hold by slots alone, kind by kind: not less than it can hold.
    private int[] GpusPerDomain()
    {
        var partition = _problem.Partitions.All[_problem.Partitions.NvLink];
        var gpus = new int[partition.Count];
        foreach (var node in _problem.Active)
        {
            foreach (var kind in _problem.Kinds)
            {
                gpus[partition.DomainOf[node]] += kind.Slots[node] * kind.Gpus;
            }
        }

        return gpus;
    }
}
