using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// The pods without a node as the API server has them at one moment, by gang. Members that the scheduler places carry nothing of ours before they are bound,
/// so whoever takes over asks for them.
/// </summary>
public sealed class WaitingPods
{
    private static readonly ApiSelection Selection = new(ApiResource.Pods.Path(), "spec.nodeName=,status.phase!=Succeeded,status.phase!=Failed");

    private readonly Dictionary<GangKey, SortedDictionary<string, Tree>> _pods = [];

    private WaitingPods()
    {
    }

    /// <summary>Reads them.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="wanted">The gangs whose pods are kept: a hundred thousand others may wait.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ApiException">The server does not say.</exception>
    /// <exception cref="ApiUnavailableException">The server does not answer.</exception>
    public static async Task<WaitingPods> ReadAsync(ApiClient client, IReadOnlySet<GangKey> wanted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(wanted);
        var waiting = new WaitingPods();
        if (wanted.Count == 0) return waiting;
        foreach (var pod in (await client.ListAsync(Selection, Wanted, null, cancellation).ConfigureAwait(false)).Items)
        {
            if (!waiting._pods.TryGetValue(pod.Key, out var members)) waiting._pods.Add(pod.Key, members = new(StringComparer.Ordinal));
            members[pod.Name.Name] = pod.Tree;
        }

        return waiting;

        PendingPod? Wanted(Tree tree)
        {
            if (tree["metadata"]["deletionTimestamp"].Kind != TreeKind.Null) return null;
            var pod = new PendingPod(tree);
            return wanted.Contains(pod.Key) ? pod : null;
        }
    }

    /// <summary>The waiting pods of a gang by name, in that order.</summary>
    public IReadOnlyDictionary<string, Tree> Of(GangKey gang) => _pods.GetValueOrDefault(gang, []);
}
