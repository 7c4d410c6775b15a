namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Fills segment domains in whole segments over a <see cref="TwoTreeFlow"/>: one segment after the other where the flow still holds, from several orders
/// of the domains; when no more goes in, one domain's segments are taken out and the others are tried first. Bounded; may miss a way, never invents one.
/// </summary>
internal sealed class SegmentFilling(TwoTreeFlow flow, int partition, StepBudget budget)
{
    private readonly List<int> _domains = flow.Domains(partition);

    /// <summary>Places <paramref name="count"/> segments of <paramref name="size"/> members and, where <paramref name="rest"/> &gt; 0, one of that size.</summary>
    public bool Run(int size, int count, int rest)
    {
        if (_domains.Count == 0 || (long)size * count + rest > flow.Limit) return false;
        var capacity = _domains.ToDictionary(d => d, flow.Close);
        var empty = flow.Save();
        foreach (var order in Orders(capacity, empty, size))
        {
            flow.Restore(empty);
            if (FromOrder(order, empty, size, count, rest)) return true;
            if (!budget.Take(_domains.Count)) return false;
        }

        return false;
    }

    // Roomiest first, tightest first, and both in node order from either end.
    private List<List<int>> Orders(Dictionary<int, long> capacity, long[] empty, int size)
    {
        var room = new Dictionary<int, int>();
        foreach (var domain in _domains)
        {
            flow.Restore(empty);
            var segments = 0;
            while ((segments + 1) * (long)size <= capacity[domain] && flow.Add(domain, size))
            {
                segments++;
            }

            room[domain] = segments;
        }

        flow.Restore(empty);
        var useful = _domains.Where(d => room[d] > 0 || capacity[d] > 0).ToList();
        return
        [
            [.. useful.OrderByDescending(d => room[d])],
            [.. useful.OrderBy(d => room[d])],
            useful,
            [.. Enumerable.Reverse(useful)],
        ];
    }

    private bool FromOrder(List<int> order, long[] empty, int size, int count, int rest)
    {
        for (var round = 0; round <= order.Count; round++)
        {
            flow.Restore(empty);
            var placed = Greedy(order, size, count, out var usedBy);
            if (placed == count && AddRest(order, rest)) return true;
            if (placed == count && RestFirst(order, empty, size, count, rest)) return true;
            if (placed < count && Exchange(order, usedBy, size, count - placed) && AddRest(order, rest)) return true;
            if (!budget.Take(order.Count)) return false;

            // The domain that found no room first goes to the front.
            var starved = order.FindIndex(d => usedBy.GetValueOrDefault(d) == 0);
            if (starved <= 0) return false;
            var domain = order[starved];
            order = [domain, .. order.Where(d => d != domain)];
        }

        return false;
    }

    private int Greedy(List<int> order, int size, int count, out Dictionary<int, int> usedBy)
    {
        usedBy = [];
        var placed = 0;
        foreach (var domain in order)
        {
            while (placed < count && flow.Add(domain, size))
            {
                placed++;
                usedBy[domain] = usedBy.GetValueOrDefault(domain) + 1;
            }
        }

        return placed;
    }

    private bool AddRest(List<int> order, int rest) => rest == 0 || order.Exists(d => flow.Add(d, rest));

    private bool RestFirst(List<int> order, long[] empty, int size, int count, int rest)
    {
        foreach (var domain in order)
        {
            flow.Restore(empty);
            if (flow.Add(domain, rest) && Greedy(order, size, count, out _) == count) return true;
        }

        return false;
    }

    // Rebuilds without one segment of some domain, so that two may go elsewhere; repeated while that wins.
    private bool Exchange(List<int> order, Dictionary<int, int> usedBy, int size, int missing)
    {
        var won = true;
        while (missing > 0 && won)
        {
            won = false;
            foreach (var giver in usedBy.Keys.Order().ToList())
            {
                if (!budget.Take(order.Count)) return false;
                if (usedBy[giver] == 0 || !Without(giver, order, usedBy, size)) continue;
                missing--;
                won = true;
                break;
            }
        }

        return missing == 0;
    }

    private bool Without(int giver, List<int> order, Dictionary<int, int> usedBy, int size)
    {
        var saved = flow.Save();
        flow.Remove(giver, size);
        var added = new List<int>();
        foreach (var domain in order)
        {
            while (domain != giver && added.Count < 2 && flow.Add(domain, size))
            {
                added.Add(domain);
            }
        }

        if (added.Count < 2)
        {
            flow.Restore(saved);
            return false;
        }

        usedBy[giver]--;
        foreach (var domain in added)
        {
            usedBy[domain] = usedBy.GetValueOrDefault(domain) + 1;
        }

        return true;
    }
}
