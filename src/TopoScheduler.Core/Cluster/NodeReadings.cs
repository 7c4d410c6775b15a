using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// Readings that can be believed, by node and by power domain. One that cannot is a problem and is left out: what it was of counts as reserved.
/// </summary>
/// <remarks>
/// Not believed: what is no number or below zero; more than twice what the nodes and the base load could draw at most (a meter that is summed up several
/// times over, a wrong unit); less than half of what the nodes draw idle (a meter that is dead, or that sees one of two cords).
/// </remarks>
internal sealed class NodeReadings
{
    private const double MostOfFull = 2;
    private const double LeastOfIdle = 0.5;

    private readonly ClusterSnapshot _cluster;
    private readonly ImmutableArray<RefusedReading>.Builder _refused = ImmutableArray.CreateBuilder<RefusedReading>();

    /// <summary>Sorts readings.</summary>
    /// <param name="cluster">What they are of.</param>
    /// <param name="readings">At most one of each kind and name counts, the newest.</param>
    public NodeReadings(ClusterSnapshot cluster, IEnumerable<PowerReading> readings)
    {
        _cluster = cluster;
        OfNode = new long[cluster.Nodes.Length];
        OfDomain = new long[cluster.Power.Domains.Length];
        Array.Fill(OfNode, -1);
        Array.Fill(OfDomain, -1);
        var domains = cluster.Power.Domains.ToDictionary(d => new PowerDomainId(d.Kind, d.Name), d => d.Index);
        // A whole node is trusted more than its GPUs and what is guessed around them: it comes later and replaces.
        foreach (var reading in readings.OrderBy(r => r.Kind).ThenBy(r => r.Name, StringComparer.Ordinal).ThenBy(r => r.At).ThenBy(r => r.Watts))
        {
            if (reading.Kind is PowerReadingKind.Node or PowerReadingKind.NodeGpus) ReadNode(reading);
            else if (domains.TryGetValue(new(KindOf(reading.Kind), reading.Name), out var domain)) ReadDomain(reading, domain);
            else Refuse(reading, "no label and no resource names it");
        }
    }

    /// <summary>Watts of a node; −1 where nothing is known.</summary>
    public long[] OfNode { get; }

    /// <summary>Watts of a power domain, base load included; −1 where nothing is known.</summary>
    public long[] OfDomain { get; }

    /// <summary>What was not believed.</summary>
    public ImmutableArray<RefusedReading> Refused => _refused.ToImmutable();

    private static PowerDomainKind KindOf(PowerReadingKind kind) => kind switch
    {
        PowerReadingKind.Rack => PowerDomainKind.Rack,
        PowerReadingKind.Pdu => PowerDomainKind.Pdu,
        PowerReadingKind.Row => PowerDomainKind.Row,
        _ => PowerDomainKind.Facility,
    };

    private void ReadNode(PowerReading reading)
    {
        if (_cluster.IndexOf(reading.Name) is not (>= 0 and var n))
        {
            Refuse(reading, "no node has this name");
            return;
        }

        var power = _cluster.Nodes[n].Power;
        var watts = reading.Watts + (reading.Kind == PowerReadingKind.NodeGpus ? AroundGpus(n, power) : 0);
        if (reading.Kind == PowerReadingKind.NodeGpus && !(reading.Watts >= 0)) watts = reading.Watts;
        if (IsBelieved(reading, watts, power.Powered ? power.IdleWatts : 0, power.MaxWatts)) OfNode[n] = (long)Math.Ceiling(watts);
    }

    private void ReadDomain(PowerReading reading, int domain)
    {
        var (idle, full) = (2 * _cluster.Power.Domains[domain].BaseWatts, 2 * _cluster.Power.Domains[domain].BaseWatts);
        foreach (var n in _cluster.Power.Domains[domain].Nodes)
        {
            var power = _cluster.Nodes[n].Power;
            var halves = _cluster.Power.HalvesOf(n, domain, FeedState.Normal);
            if (power.Powered) idle += halves * power.IdleWatts;
            full += halves * power.MaxWatts;
        }

        if (IsBelieved(reading, reading.Watts, idle / 2, full / 2)) OfDomain[domain] = (long)Math.Ceiling(reading.Watts);
    }

    // What a node draws that is not its GPUs: all of it as soon as somebody computes there, for fans and CPUs follow.
    private double AroundGpus(int n, NodePower power) => _cluster.PodWattsOf(n) > 0
        ? Math.Max(0, power.MaxWatts - (long)power.Gpus * power.GpuMaxWatts)
        : Math.Max(0, power.IdleWatts - (long)power.Gpus * power.GpuIdleWatts);

    private bool IsBelieved(PowerReading reading, double watts, long idle, long full)
    {
        if (!double.IsFinite(watts) || watts < 0)
        {
            Refuse(reading, "expected watts of 0 or more");
            return false;
        }

        if (watts > MostOfFull * full)
        {
            Refuse(reading, string.Create(CultureInfo.InvariantCulture, $"expected at most twice the {full} W it draws at full"));
            return false;
        }

        if (watts < LeastOfIdle * idle)
        {
            Refuse(reading, string.Create(CultureInfo.InvariantCulture, $"expected at least half of the {idle} W it draws idle"));
            return false;
        }

        return true;
    }

    private void Refuse(PowerReading reading, string expected)
    {
        var kind = reading.Kind == PowerReadingKind.NodeGpus ? "node" : reading.Kind.ToString().ToLowerInvariant();
        var what = reading.Kind == PowerReadingKind.NodeGpus ? "GPU reading" : "reading";
        _refused.Add(new(reading, Problem.Warning(
            $"{kind}/{reading.Name}",
            string.Create(CultureInfo.InvariantCulture, $"has a {what} of {reading.Watts} W: {expected}; it is not believed, and reserved watts count."))));
    }
}
