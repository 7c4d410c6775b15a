using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Kubernetes.PowerDomains;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// Where the watch of power domains puts what it sees: what they say into the state, all of it into the book for whoever writes their status. A status that
/// was written comes back as an event; it changes nothing in what they say, and so nothing in the state.
/// </summary>
/// <param name="state">The live state.</param>
/// <param name="book">The objects there are.</param>
/// <param name="roster">Woken when budgets change: gangs may fit now, or not any more.</param>
internal sealed class PowerDomainSink(ClusterState state, PowerDomainBook book, GangRoster roster) : IWatchSink<PowerDomainSighting>
{
    /// <inheritdoc/>
    public void Replace(IReadOnlyList<PowerDomainSighting> items)
    {
        var before = Specs(book.Replace(items).Values);
        var now = Specs(book.All);
        if (before.SequenceEqual(now)) return;
        state.ReplacePowerDomains(now);
        roster.Wake();
    }

    /// <inheritdoc/>
    public void Upsert(PowerDomainSighting item)
    {
        var before = book.Set(item)?.Reading.Spec;
        if (Equals(before, item.Reading.Spec)) return;
        if (item.Reading.Spec is { } spec) state.Upsert(spec);
        else state.RemovePowerDomain(PowerDomainReader.SourceOf(item.Name));
        roster.Wake();
    }

    /// <inheritdoc/>
    public void Remove(ObjectKey key)
    {
        book.Remove(key.Name);
        state.RemovePowerDomain(PowerDomainReader.SourceOf(key.Name));
        roster.Wake();
    }

    private static List<PowerDomainSpec> Specs(IEnumerable<PowerDomainSighting> sightings) => [.. sightings.Select(s => s.Reading.Spec).OfType<PowerDomainSpec>()];
}
