using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

// What is known of power beside the labels: resources, and the moment whose budgets count.
public sealed partial class ClusterState
{
    private readonly Dictionary<string, PowerDomainSpec> _powerDomains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _boundAt = new(StringComparer.Ordinal);
    private DateTimeOffset? _now;
    private TimeSpan _horizon;
    private int _coincidencePercent = 100;

    /// <summary>Sets all power domain resources, as after a list: those not named are gone.</summary>
    public void ReplacePowerDomains(IEnumerable<PowerDomainSpec> specs)
    {
        lock (_lock)
        {
            var before = _powerDomains.ToDictionary();
            _powerDomains.Clear();
            foreach (var spec in specs)
            {
                _powerDomains[spec.Source] = spec;
            }

            if (before.Count == _powerDomains.Count && _powerDomains.All(d => before.GetValueOrDefault(d.Key) == d.Value)) return;
            _stale = true;
            Free_NeedsLock();
        }
    }

    /// <summary>Adds a power domain resource or changes it. One that says the same (its status was written) changes nothing.</summary>
    public void Upsert(PowerDomainSpec spec)
    {
        lock (_lock)
        {
            if (_powerDomains.GetValueOrDefault(spec.Source) == spec) return;
            _powerDomains[spec.Source] = spec;
            _stale = true;
            Free_NeedsLock();
        }
    }

    /// <summary>Takes a power domain resource away.</summary>
    /// <param name="source">Its <see cref="PowerDomainSpec.Source"/>.</param>
    public void RemovePowerDomain(string source)
    {
        lock (_lock)
        {
            if (!_powerDomains.Remove(source)) return;
            _stale = true;
            Free_NeedsLock();
        }
    }

    /// <summary>Says which moment it is. Until this is said the lowest budget of each domain counts.</summary>
    /// <param name="now">The moment; an earlier one than before is taken as it is.</param>
    /// <param name="horizon">How far ahead budgets must hold for what does not say how long it runs.</param>
    public void SetTime(DateTimeOffset now, TimeSpan horizon)
    {
        lock (_lock)
        {
            var before = (Now: _now, Horizon: _horizon);
            (_now, _horizon) = (now, horizon);
            if (_stale || !_current.Power.ChangesWithTime) return;
            var risen = before.Now is not { } since || now < since || horizon < before.Horizon || _current.Power.HasRisen(since, now);
            _current = _current.At(now, horizon);
            if (risen) Free_NeedsLock();
        }
    }

    /// <summary>Sets how much of their peak inference pods that each serve by themselves draw on average; see <see cref="ClusterSnapshot.WithDiversity"/>.</summary>
    public void SetDiversity(int coincidencePercent)
    {
        lock (_lock)
        {
            _coincidencePercent = coincidencePercent;
            _current = Current_NeedsLock().WithDiversity(coincidencePercent);
            Free_NeedsLock();
        }
    }

    /// <summary>Sets what is measured; it replaces what was. None: only reserved watts count.</summary>
    /// <param name="readings">Fresh readings.</param>
    /// <param name="options">What they may do.</param>
    public void SetReadings(IReadOnlyCollection<PowerReading> readings, ReadingOptions options)
    {
        lock (_lock)
        {
            var before = Current_NeedsLock();
            _current = before.WithReadings(readings, options, Settled_NeedsLock(before, options.Settle));
            for (var c = 0; c < before.Power.Constraints.Length; c++)
            {
                if (_current.CommittedOf(c) >= before.CommittedOf(c)) continue;
                Free_NeedsLock();
                return;
            }
        }
    }

    // What is reserved for pods that draw already: those bound for a while. Nobody knows of a pod seen for the first time how long that is.
    private long[] Settled_NeedsLock(ClusterSnapshot cluster, TimeSpan settle)
    {
        var draws = new long[cluster.Nodes.Length];
        for (var n = 0; n < draws.Length; n++)
        {
            var watts = 0L;
            foreach (var pod in cluster.PodsOf(n))
            {
                if (_boundAt.TryGetValue(pod.Key, out var since) && _now - since >= settle) watts += PowerDraw.OfPod(cluster.Nodes[n].Power, pod.Template.Power);
            }

            draws[n] = PowerDraw.OfNode(cluster.Nodes[n].Power, watts);
        }

        return draws;
    }
}
