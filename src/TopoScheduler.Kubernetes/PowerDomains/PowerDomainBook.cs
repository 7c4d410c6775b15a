using System.Collections.Immutable;

namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>The PowerDomain objects there are, as last seen. For threads.</summary>
public sealed class PowerDomainBook
{
    private readonly Lock _lock = new();
    private ImmutableSortedDictionary<string, PowerDomainSighting> _known = ImmutableSortedDictionary.Create<string, PowerDomainSighting>(StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    public IReadOnlyCollection<PowerDomainSighting> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _known.Values];
            }
        }
    }

    /// <summary>These are all there are.</summary>
    /// <returns>What was known before, by name.</returns>
    public ImmutableSortedDictionary<string, PowerDomainSighting> Replace(IEnumerable<PowerDomainSighting> all)
    {
        lock (_lock)
        {
            var before = _known;
            _known = _known.Clear().SetItems(all.Select(s => KeyValuePair.Create(s.Name, s)));
            return before;
        }
    }

    /// <summary>One is new or was changed.</summary>
    /// <returns>What was known of it before.</returns>
    public PowerDomainSighting? Set(PowerDomainSighting sighting)
    {
        ArgumentNullException.ThrowIfNull(sighting);
        lock (_lock)
        {
            var before = _known.GetValueOrDefault(sighting.Name);
            _known = _known.SetItem(sighting.Name, sighting);
            return before;
        }
    }

    /// <summary>One is gone.</summary>
    public void Remove(string name)
    {
        lock (_lock)
        {
            _known = _known.Remove(name);
        }
    }
}
