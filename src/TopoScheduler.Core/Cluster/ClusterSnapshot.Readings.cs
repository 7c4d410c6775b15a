using System.Collections.Immutable;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

// Measured watts beside reserved ones, credit for pods that do not peak together, and what a power constraint is taken to carry in view of these.
public sealed partial class ClusterSnapshot
{
    private readonly MeasuredLoads? _measured;

    // Half watts reserved anew in each constraint since they were measured; null where readings never lower anything.
    private readonly ChunkedArray<long>? _added;

    // Null where everybody counts at the peak.
    private readonly DiversityLoads? _diversity;

    private ClusterSnapshot(ClusterSnapshot before, MeasuredLoads? measured, ChunkedArray<long>? added, DiversityLoads? diversity)
    {
        (Nodes, Topology, Power, Problems, PowerDomains) = (before.Nodes, before.Topology, before.Power, before.Problems, before.PowerDomains);
        (_indexOf, NodeColumns, PodColumns, _podWatts, _loads) = (before._indexOf, before.NodeColumns, before.PodColumns, before._podWatts, before._loads);
        (_measured, _added, _diversity) = (measured, added, diversity);
    }

    /// <summary>Readings that are not believed: what they are of counts as reserved.</summary>
    public ImmutableArray<RefusedReading> RefusedReadings => _measured?.Refused ?? [];

    /// <summary>What one power constraint is taken to carry, in half watts, base watts excluded: <see cref="LoadOf"/>, or what readings say.</summary>
    public long CommittedOf(int constraint)
    {
        var reserved = LoadOf(constraint);
        if (_diversity is not null) reserved -= _diversity.CreditOf(constraint);
        return _measured is null
            ? reserved
            : _measured.Committed(constraint, reserved, _added is null ? 0 : _added[constraint], Power.Constraints[constraint].LimitHalfWatts);
    }

    /// <summary>True where readings count beside what is reserved.</summary>
    internal bool IsMeasured => _measured is not null;

    /// <summary>What inference pods draw together less than each at its peak; null where all count at the peak.</summary>
    internal DiversityLoads? Diversity => _diversity;

    /// <summary>Half watts left in one power constraint; negative where it is over.</summary>
    public long HeadroomOf(int constraint) => Power.Constraints[constraint].LimitHalfWatts - CommittedOf(constraint);

    /// <summary>Watts measured in a power domain, base load included; null unless all of it is measured.</summary>
    /// <param name="domain">Index of the domain.</param>
    public long? MeasuredWatts(int domain) => _measured?.WattsOfDomain[domain];

    /// <summary>What a power domain is taken to carry in the worst feed state, base load included, in watts: what is reserved, or what readings say.</summary>
    /// <param name="domain">Index of the domain.</param>
    public long CommittedWatts(int domain)
    {
        long? worst = null;
        foreach (var constraint in Power.ConstraintsOf(domain))
        {
            var watts = (CommittedOf(constraint.Index) + Power.BaseHalfWattsOf(domain, constraint.State) + 1) / 2;
            worst = Math.Max(worst ?? 0, watts);
        }

        if (worst is { } known) return known;
        var draws = new long[Nodes.Length];
        foreach (var n in Power.Domains[domain].Nodes) draws[n] = DrawOf(n);
        return Power.BeforeWatts(domain, draws);
    }

    /// <summary>The same cluster where inference pods that each serve by themselves do not all count at their peak.</summary>
    /// <param name="coincidencePercent">What one of many draws on average, in percent of its peak; 100: all count at the peak.</param>
    public ClusterSnapshot WithDiversity(int coincidencePercent) => new(this, _measured, _added, DiversityLoads.Of(this, coincidencePercent));

    /// <summary>The same cluster with measured watts. They replace those there were; none: only reserved watts count.</summary>
    /// <param name="readings">Fresh readings: whether one is too old is the caller's to judge.</param>
    /// <param name="options">What they may do.</param>
    public ClusterSnapshot WithReadings(IReadOnlyCollection<PowerReading> readings, ReadingOptions options)
    {
        var draws = new long[Nodes.Length];
        for (var n = 0; n < draws.Length; n++) draws[n] = DrawOf(n);
        return WithReadings(readings, options, new DrawsThen(draws, draws));
    }

    /// <summary>The same, where some pods do not draw yet.</summary>
    /// <param name="readings">Fresh readings.</param>
    /// <param name="options">What they may do.</param>
    /// <param name="draws">What is reserved without these pods. They count on top of what is measured.</param>
    internal ClusterSnapshot WithReadings(IReadOnlyCollection<PowerReading> readings, ReadingOptions options, DrawsThen draws)
    {
        if (readings.Count == 0) return _measured is null ? this : new(this, null, null, _diversity);
        var before = _measured?.Excess ?? new long[Power.Constraints.Length];
        return new(this, new MeasuredLoads(this, readings, options, draws, before), options.Recover ? Unsettled(draws.Settled) : null, _diversity);
    }

    private ChunkedArray<long> Unsettled(long[] settled)
    {
        var sums = new long[Power.Constraints.Length];
        for (var n = 0; n < settled.Length; n++)
        {
            foreach (var share in Power.SharesOf(n)) sums[share.Constraint] += share.Halves * (DrawOf(n) - settled[n]);
        }

        return ChunkedArray<long>.Of(sums);
    }

    /// <summary>The same cluster with what was measured in another version of it: what has been reserved there since is counted on.</summary>
    internal ClusterSnapshot WithReadingsOf(ClusterSnapshot before)
    {
        var (measured, added) = CarryReadings(before);
        return measured is null ? this : new(this, measured, added, _diversity);
    }

    private (MeasuredLoads? Measured, ChunkedArray<long>? Added) CarryReadings(ClusterSnapshot before)
    {
        if (before._measured is not { } measured) return (null, null);
        var (settled, bound, more) = (new long[Nodes.Length], new long[Nodes.Length], new long[Nodes.Length]);
        for (var n = 0; n < more.Length; n++)
        {
            var was = before.IndexOf(Nodes[n].Name);
            // No meter has seen a new node.
            (settled[n], bound[n]) = was < 0 ? (0, 0) : (measured.DrawsThen.Settled[was], measured.DrawsThen.Bound[was]);
            more[n] = Math.Max(0, DrawOf(n) - (was < 0 ? 0 : before.DrawOf(was)));
        }

        var loads = new MeasuredLoads(this, measured.Readings, measured.Options, new(settled, measured.DrawsThen.AllSettled ? settled : bound), Carry(before, c => measured.ExcessBefore[c]));
        return (loads, before._added is { } added ? CarryAdded(before, added, more) : null);
    }

    // By constraint, what the same constraint had before.
    private long[] Carry(ClusterSnapshot before, Func<int, long> of)
    {
        var carried = new long[Power.Constraints.Length];
        var known = before.Power.Constraints.ToDictionary(c => (before.Power.Domains[c.Domain].Id, c.State), c => of(c.Index));
        foreach (var constraint in Power.Constraints)
        {
            carried[constraint.Index] = known.GetValueOrDefault((Power.Domains[constraint.Domain].Id, constraint.State));
        }

        return carried;
    }

    private ChunkedArray<long> CarryAdded(ClusterSnapshot before, ChunkedArray<long> added, long[] more)
    {
        var sums = Carry(before, c => added[c]);
        for (var n = 0; n < more.Length; n++)
        {
            foreach (var share in Power.SharesOf(n)) sums[share.Constraint] += share.Halves * more[n];
        }

        return ChunkedArray<long>.Of(sums);
    }
}
