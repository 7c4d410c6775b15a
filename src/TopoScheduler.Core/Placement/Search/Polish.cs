namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Small steps from the best placement, where its own time may still fall: one member to another node, or two members of different kinds changing
/// places. The first step that wins is taken, until none does or the steps are used up. Improves; proves nothing.
/// </summary>
internal sealed class Polish(DomainSearch search)
{
    private const int MostTries = 600;
    private const int MostActive = 128;

    private readonly PlacementProblem _problem = search.Problem;
    private int _tries;

    /// <summary>Takes steps while they win.</summary>
    public void Run()
    {
        if (_problem.Active.Length > MostActive) return;
        while (search.Best is { } best && _tries < MostTries && Step(best))
        {
        }
    }

    private bool Step(Candidate best)
    {
        for (var k = 0; k < best.Counts.Length; k++)
        {
            foreach (var from in _problem.Active)
            {
                if (best.Counts[k][from] == 0) continue;
                foreach (var to in _problem.Active)
                {
                    if (to == from) continue;
                    if (Wins(best, k, from, to, -1)) return true;
                    for (var other = k + 1; other < best.Counts.Length; other++)
                    {
                        if (best.Counts[other][to] > 0 && Wins(best, k, from, to, other)) return true;
                    }
                }
            }
        }

        return false;
    }

    // One member of a kind from one node to another; with a second kind, one of its members the other way.
    private bool Wins(Candidate best, int kind, int from, int to, int back)
    {
        if (_tries >= MostTries || best.Counts[kind][to] == _problem.Kinds[kind].Slots[to]) return false;
        if (back >= 0 && best.Counts[back][from] == _problem.Kinds[back].Slots[from]) return false;
        var counts = best.Counts.Select(c => (int[])c.Clone()).ToArray();
        counts[kind][from]--;
        counts[kind][to]++;
        if (back >= 0)
        {
            counts[back][to]--;
            counts[back][from]++;
        }

        if (!Fits(from, counts) || !Fits(to, counts) || !search.Budget.Take(1)) return false;
        _tries++;
        search.Consider(counts);
        return !ReferenceEquals(search.Best, best);
    }

    private bool Fits(int node, int[][] counts)
    {
        Span<int> here = stackalloc int[counts.Length];
        for (var k = 0; k < counts.Length; k++)
        {
            here[k] = counts[k][node];
        }

        return _problem.FitsTogether(node, here);
    }
}
