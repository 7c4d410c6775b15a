using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Answers;

/// <summary>The GangPlacements of the cluster, asked of the API server: it knows them on every replica, whoever leads.</summary>
public sealed class GangPlacements(ApiClient client)
{
    // A server without our resources has no gangs.
    private const int NotFound = 404;

    /// <summary>Those of a namespace, or all for null, in the order of namespaces and names.</summary>
    public async Task<IReadOnlyList<GangPlacement>> ListAsync(string? ns, CancellationToken cancellation)
    {
        try
        {
            var all = await client.ListAsync(new(ApiResource.GangPlacements.Path(ns)), GangPlacementReader.Read, null, cancellation).ConfigureAwait(false);
            return [.. all.Items.OrderBy(p => p.Gang.Namespace, StringComparer.Ordinal).ThenBy(p => p.Name, StringComparer.Ordinal)];
        }
        catch (ApiException e) when (e.Status.Code == NotFound)
        {
            return [];
        }
    }

    /// <summary>One by name; null when there is none.</summary>
    public async Task<GangPlacement?> FindAsync(string ns, string name, CancellationToken cancellation) =>
        await client.GetAsync(ApiResource.GangPlacements.Path(ns, name), cancellation).ConfigureAwait(false) is { } tree ? GangPlacementReader.Read(tree) : null;
}
