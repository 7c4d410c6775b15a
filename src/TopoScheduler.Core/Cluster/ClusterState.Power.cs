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
            _current = before.WithReadings(readings, options, Draws_NeedsLock(before, options.Settle));
            for (var c = 0; c < before.Power.Constraints.Length; c++)
            {
                if (_current.CommittedOf(c) >= before.CommittedOf(c)) continue;
                Free_NeedsLock();
                return;
            }
        }
    }

    // Nobody knows of a pod seen for the first time how long it has been bound.
    private DrawsThen Draws_NeedsLock(ClusterSnapshot cluster, TimeSpan settle)
    {
        var (settled, bound, same) = (new long[cluster.Nodes.Length], new long[cluster.Nodes.Length], true);
        for (var n = 0; n < settled.Length; n++)
        {
            var (old, all) = (0L, 0L);
            var power = cluster.Nodes[n].Power;
            foreach (var pod in cluster.PodsOf(n))
            {
                if (!_pods.ContainsKey(pod.Key)) continue;
                var watts = PowerDraw.OfPod(power, pod.Template.Power);
                all += watts;
                if (_boundAt.TryGetValue(pod.Key, out var since) && _now - since >= settle) old += watts;
            }

            (settled[n], bound[n]) = (PowerDraw.OfNode(power, old), PowerDraw.OfNode(power, all));
            same &= settled[n] == bound[n];
        }

        return new(settled, same ? settled : bound);
    }
}
