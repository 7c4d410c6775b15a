using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>The placements of gangs there are, read once.</summary>
public static class PlacementListing
{
    /// <summary>Those of a live cluster; of one without the resource none.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="ns">Only of this namespace; null: of all.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ApiException">The server refuses.</exception>
    /// <exception cref="ApiUnavailableException">No server answers.</exception>
    public static async Task<IReadOnlyList<Tree>> OfClusterAsync(ApiClient client, string? ns, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            var list = await client.ListAsync(new(ApiResource.GangPlacements.Path(ns)), tree => tree, null, cancellation).ConfigureAwait(false);
            return list.Items;
        }
        catch (ApiException e) when (e.Status.Code == 404)
        {
            return [];
        }
    }

    /// <summary>Those of a file, a folder or standard input.</summary>
    /// <param name="path">As for <see cref="ClusterReader.Read(string, Stream?)"/>.</param>
    /// <param name="standardInput">Read when the path is <c>-</c>.</param>
    /// <param name="ns">Only of this namespace; null: of all.</param>
    /// <exception cref="InputException">The file cannot be read at all.</exception>
    public static IReadOnlyList<Tree> OfFile(string path, Stream? standardInput, string? ns) =>
    [
        .. ObjectSource.Read(path, standardInput, InputLimits.Default).Select(f => f.Tree)
            .Where(t => t["kind"].Text == GangPlacementJson.Kind && (ns is null || t["metadata"]["namespace"].Text == ns)),
    ];
}
