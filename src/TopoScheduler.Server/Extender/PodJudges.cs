using System.Collections.Concurrent;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;

namespace TopoScheduler.Server.Extender;

/// <summary>Judges that wait for the next pod of their kind. A judge keeps buffers the size of the cluster and serves one request at a time.</summary>
/// <param name="policy">The policy they judge by.</param>
internal sealed class PodJudges(PlacementPolicy policy)
{
    private const int MostKinds = 64;
    private const int MostOfAKind = 2;

    private readonly ConcurrentDictionary<PodTemplate, ConcurrentBag<PodJudge>> _free = new(ReferenceEqualityComparer.Instance as IEqualityComparer<PodTemplate>);

    /// <summary>A judge for a gang of one; <see cref="Return"/> it afterwards.</summary>
    public PodJudge Rent(Gang gang) => _free.TryGetValue(gang.Roles[0].Template, out var free) && free.TryTake(out var judge) ? judge : new(gang, policy);

    /// <summary>Takes it back.</summary>
    public void Return(PodJudge judge)
    {
        if (_free.Count >= MostKinds) _free.Clear();
        var free = _free.GetOrAdd(judge.Gang.Roles[0].Template, static _ => []);
        if (free.Count < MostOfAKind) free.Add(judge);
    }
}
