namespace TopoScheduler.Core.Topology;

/// <summary>
/// Settles ids that are unique but named under two parents: every node that carries the id votes for the parent it names, the majority wins,
/// ties go to the ordinally first. Settled from the leaf upwards, so a node follows the majority parents of its own leaf all the way.
/// </summary>
internal static class ParentVotes
{
    public static void Settle(string?[][] labels, NodeLocation[] locations, int tiers, TopologyProblems problems)
    {
        // All votes are counted before any label is replaced: a node votes for what it says, not for what it was told.
        var winners = new Dictionary<string, string>[Math.Max(0, tiers - 1)];
        for (var t = 0; t < winners.Length; t++)
        {
            var votes = Count(labels, locations, t);
            winners[t] = new(votes.Count, StringComparer.Ordinal);
            foreach (var (id, parents) in votes)
            {
                winners[t][id] = Winner(parents);
            }

            problems.ReportTwoParents(t, votes, winners[t], labels);
        }

        for (var n = 0; n < labels.Length; n++)
        {
            for (var t = 0; t < winners.Length && locations[n].Scope == IdScope.Unique; t++)
            {
                if (labels[n][t] is { } id && winners[t].TryGetValue(id, out var parent) && MayFollow(labels[n], t))
                {
                    labels[n][t + 1] = parent;
                }
            }
        }
    }

    /// <summary>A node follows when it names another parent, or when its labels stop here; a gap in the middle stays a gap.</summary>
    private static bool MayFollow(string?[] labels, int tier) =>
        labels[tier + 1] is not null || Array.FindIndex(labels, tier + 1, id => id is not null) < 0;

    private static Dictionary<string, Dictionary<string, int>> Count(string?[][] labels, NodeLocation[] locations, int tier)
    {
        var votes = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        for (var n = 0; n < labels.Length; n++)
        {
            if (locations[n].Scope != IdScope.Unique || labels[n][tier] is not { } id || labels[n][tier + 1] is not { } parent)
            {
                continue;
            }

            if (!votes.TryGetValue(id, out var parents))
            {
                votes[id] = parents = new(StringComparer.Ordinal);
            }

            parents[parent] = parents.GetValueOrDefault(parent) + 1;
        }

        return votes;
    }

    private static string Winner(Dictionary<string, int> parents)
    {
        var winner = "";
        var most = 0;
        foreach (var (parent, count) in parents)
        {
            if (count > most || (count == most && string.CompareOrdinal(parent, winner) < 0))
            {
                (winner, most) = (parent, count);
            }
        }

        return winner;
    }
}
