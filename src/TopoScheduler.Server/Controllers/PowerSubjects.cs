using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Kubernetes.PowerDomains;

namespace TopoScheduler.Server.Controllers;

/// <summary>The objects people look at when a power domain is over its budget.</summary>
/// <param name="client">The API server: knows the placements of gangs.</param>
/// <param name="book">The PowerDomain objects there are; labels alone make the other domains.</param>
internal sealed class PowerSubjects(ApiClient client, PowerDomainBook book)
{
    /// <summary>Gangs told of one overshoot at most, the first of the list: a thousand events would help nobody.</summary>
    public const int MostGangs = 8;

    /// <summary>The PowerDomain object, else the first node of the domain by name; null when the domain has neither.</summary>
    public EventSubject? OfDomain(ClusterSnapshot cluster, PowerDomainId id)
    {
        if (book.All.FirstOrDefault(s => s.Reading.Spec?.Id == id) is { } sighting)
        {
            return new(PowerDomainReader.ApiVersion, PowerDomainReader.Kind, new("", sighting.Name, sighting.Uid));
        }

        var domain = cluster.Power.Domains.FirstOrDefault(d => d.Kind == id.Kind && d.Name == id.Name);
        var node = domain?.Nodes.Select(n => cluster.Nodes[n]).MinBy(n => n.Name, StringComparer.Ordinal);
        return node is null ? null : new("v1", "Node", new("", node.Name, node.Uid));
    }

    /// <summary>The GangPlacement of a gang, where it has one, and the first of its pods in the domain.</summary>
    public async Task<IReadOnlyList<EventSubject>> OfGangAsync(PowerRelief relief, CancellationToken cancellation)
    {
        var subjects = new List<EventSubject>();
        if (await PlacementOfAsync(relief, cancellation).ConfigureAwait(false) is { } placement) subjects.Add(placement);
        // A pod that is planned and not there yet has no uid, and nobody looks at it.
        if (relief.Pods.Where(p => p.Uid.Length > 0).MinBy(p => p.Name, StringComparer.Ordinal) is { } pod)
        {
            subjects.Add(new("v1", "Pod", new(pod.Template.Namespace, pod.Name, pod.Uid)));
        }

        return subjects;
    }

    private async Task<EventSubject?> PlacementOfAsync(PowerRelief relief, CancellationToken cancellation)
    {
        var name = GangPlacementName.Of(relief.Gang);
        try
        {
            var tree = await client.GetAsync(ApiResource.GangPlacements.Path(relief.Gang.Namespace, name), cancellation).ConfigureAwait(false);
            var uid = tree?["metadata"]["uid"].Text;
            return string.IsNullOrEmpty(uid) ? null : new(GangPlacementJson.ApiVersion, GangPlacementJson.Kind, new(relief.Gang.Namespace, name, uid));
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            // The pod is told all the same.
            return null;
        }
    }
}
