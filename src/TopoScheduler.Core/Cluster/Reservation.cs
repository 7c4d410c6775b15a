using System.Collections.Immutable;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Core.Cluster;

/// <summary>All holds of one gang, and until when they stand without progress. Immutable; the ledger replaces it whole.</summary>
/// <param name="Gang">The gang as it was planned.</param>
/// <param name="Holds">Its holds, in member order; members that are bound or left out have none.</param>
/// <param name="GpuCapWatts">Power cap of every GPU of the gang; null without one.</param>
/// <param name="ExpiresAt">When the holds lapse unless something happens to the gang before.</param>
public sealed record Reservation(Gang Gang, ImmutableArray<Hold> Holds, int? GpuCapWatts, DateTimeOffset ExpiresAt)
{
    /// <summary>The hold of a member, or null.</summary>
    public Hold? HoldOf(int member)
    {
        var at = IndexOf(member);
        return at < 0 ? null : Holds[at];
    }

    /// <summary>The hold a pod has claimed, or null.</summary>
    public Hold? HoldOf(string uid)
    {
        foreach (var hold in Holds)
        {
            if (hold.Pod.Uid == uid) return hold;
        }

        return null;
    }

    private int IndexOf(int member)
    {
        int low = 0, high = Holds.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = Holds[middle].Member.CompareTo(member);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }
}
