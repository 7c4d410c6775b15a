using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.Ranks;
using TopoScheduler.Kubernetes.Placements;

namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>
/// Tells a job where its ranks are, in a ConfigMap that is there before its gates come off. It is help, not permission: where it cannot be written the pods
/// go all the same.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="state">Where nodes are.</param>
/// <param name="logger">Where it is told.</param>
internal sealed partial class GangRankMaps(ApiClient client, ClusterState state, ILogger<GangRankMaps> logger)
{
    /// <summary>Writes the map of a gang, unless that very map was written.</summary>
    /// <param name="record">The gang; its plan is saved.</param>
    /// <param name="live">Its pods.</param>
    /// <param name="seats">Which member each pod with its gate on is to be.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>False when it is to be tried again.</returns>
    public async Task<bool> SaveAsync(GangRecord record, IReadOnlyList<GangPod> live, Dictionary<string, int> seats, CancellationToken cancellation)
    {
        if (record.Gang is not { Size: > 1 } gang || record.Stored is not { Uid.Length: > 0 } stored) return true;
        var placed = new List<PlacedMember>();
        var text = new StringBuilder();
        foreach (var pod in live)
        {
            if ((pod.Member ?? (seats.TryGetValue(pod.Uid, out var seat) ? seat : null)) is not { } member || !record.Plan.TryGetValue(member, out var node)) continue;
            placed.Add(new(member, pod.Name, node));
            text.Append(CultureInfo.InvariantCulture, $"{member} {pod.Name} {node}\n");
        }

        if (record.RankMapOf == text.ToString()) return true;
        var map = RankMap.Of(gang, placed, state.Current);
        var owner = new OwnerReference(GangPlacementJson.ApiVersion, GangPlacementJson.Kind, stored.Gang.Namespace, stored.Name, stored.Uid);
        if (!await WriteAsync(owner, RankConfigMap.ToJson(map, owner), cancellation).ConfigureAwait(false)) return false;
        record.RankMapOf = text.ToString();
        return true;
    }

    private async Task<bool> WriteAsync(OwnerReference owner, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        try
        {
            try
            {
                await client.CreateAsync(ApiResource.ConfigMaps.Path(owner.Namespace), json, cancellation).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.Status.Code == (int)HttpStatusCode.Conflict)
            {
                var path = ApiResource.ConfigMaps.Path(owner.Namespace, RankConfigMap.NameOf(owner.Name));
                await client.PatchAsync(path, PatchKind.Merge, json, cancellation).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            LogFailed(owner.Namespace, RankConfigMap.NameOf(owner.Name), e.Message);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "the rank map {Namespace}/{Name} could not be written: {Reason}")]
    private partial void LogFailed(string @namespace, string name, string reason);
}
