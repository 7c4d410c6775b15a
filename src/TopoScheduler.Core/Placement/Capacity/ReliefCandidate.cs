using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Search;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>A gang below a power domain while it is thought to be left alone, capped or gone.</summary>
/// <param name="load">The load of the domain, kept up to date.</param>
/// <param name="gang">Whose pods.</param>
/// <param name="caps">The caps it may be given; null for none.</param>
internal sealed class ReliefCandidate(DomainLoad load, GangKey gang, GpuCap? caps)
{
    private readonly List<Part> _parts = [];

    public GangKey Gang => gang;

    public GpuCap? Caps => caps;

    public int Priority { get; private set; } = int.MinValue;

    public IEnumerable<PodInfo> Pods => _parts.Select(p => p.Pod);

    /// <summary>The cap it is under; null when it is not.</summary>
    public int? CapWatts { get; private set; }

    public bool IsMoved { get; private set; }

    /// <summary>One more of its pods.</summary>
    public void Add(int position, PodInfo pod, long watts)
    {
        _parts.Add(new(position, pod, watts) { Now = watts, PowerNow = pod.Template.Power });
        Priority = Math.Max(Priority, pod.Priority);
    }

    /// <summary>It is left alone.</summary>
    public void Leave() => Draw(null, moved: false);

    /// <summary>It runs under a cap, as near as it accepts.</summary>
    public void Cap(int watts) => Draw(Math.Clamp(watts, caps!.LowestWatts, caps.HighestWatts), moved: false);

    /// <summary>It is gone.</summary>
    public void Move() => Draw(null, moved: true);

    /// <summary>By how many half watts the load of the domain in its worst feed state falls once this is done to it; it is as before afterwards.</summary>
    public long Worth(Action what)
    {
        var (excess, cap, moved) = (load.ExcessHalfWatts, CapWatts, IsMoved);
        what();
        var worth = excess - load.ExcessHalfWatts;
        Draw(cap, moved);
        return worth;
    }

    private void Draw(int? cap, bool moved)
    {
        (CapWatts, IsMoved) = (cap, moved);
        foreach (var part in _parts)
        {
            var power = moved ? null : cap is null ? part.Pod.Template.Power : part.Pod.Template.Power with { CapWatts = cap };
            var watts = power is null ? 0 : cap is null ? part.Watts : PowerDraw.OfPod(load.NodeAt(part.Position), power);
            load.Add(part.Position, watts - part.Now);
            if (part.Pod.Gang is null) load.Swing(part.Position, part.PowerNow, power);
            (part.Now, part.PowerNow) = (watts, power);
        }
    }

    private sealed record Part(int Position, PodInfo Pod, long Watts)
    {
        public long Now { get; set; }

        public PodPower? PowerNow { get; set; }
    }
}
