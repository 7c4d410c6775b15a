using TopoScheduler.Core;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Saving;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// A live cluster read once: what <c>kubectl get</c> would write into a cluster file, listed in chunks and cut down to what the planner reads as it arrives. The
/// answer to a question is that to the file.
/// </summary>
public sealed class ClusterListing
{
    private static readonly (ApiResource Resource, string Kind)[] Always =
        [(ApiResource.Nodes, "Node"), (ApiResource.Pods, "Pod"), (ApiResource.PowerDomains, "PowerDomain"), (ApiResource.Namespaces, "Namespace")];

    // What only jobs that are yet to be placed refer to.
    private static readonly (ApiResource Resource, string Kind)[] OfJobs =
        [(ApiResource.PriorityClasses, "PriorityClass"), (ApiResource.PersistentVolumes, "PersistentVolume"), (ApiResource.PersistentVolumeClaims, "PersistentVolumeClaim")];

    private ClusterListing(IReadOnlyList<Tree> objects, IReadOnlyList<Problem> problems) => (Objects, Problems) = (objects, problems);

    /// <summary>The objects, kind by kind in the order they were listed in.</summary>
    public IReadOnlyList<Tree> Objects { get; }

    /// <summary>Kinds that cannot be listed, and what follows from it.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>Reads it.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="withJobs">Jobs are to be placed: what they may refer to is listed too.</param>
    /// <param name="withPlacements">The placements of gangs are listed too.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ApiException">Nodes or pods are refused, or the server cannot do what it is asked.</exception>
    /// <exception cref="ApiUnavailableException">No server answers.</exception>
    public static async Task<ClusterListing> ReadAsync(ApiClient client, bool withJobs, bool withPlacements, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var (objects, problems) = (new List<Tree>(), new List<Problem>());
        List<(ApiResource Resource, string Kind)> kinds = [.. Always, .. withJobs ? OfJobs : []];
        if (withPlacements) kinds.Add((ApiResource.GangPlacements, "GangPlacement"));
        foreach (var (resource, kind) in kinds)
        {
            try
            {
                objects.AddRange(await ListAsync(client, resource, kind, problems, cancellation).ConfigureAwait(false));
            }
            catch (ApiException e) when (kind is not ("Node" or "Pod") && e.Status.Code is 403 or 404)
            {
                // Resources of ours that are not installed have no objects.
                if (e.Status.Code == 403) problems.Add(Refused(kind, e));
            }
        }

        return new(objects, problems);
    }

    /// <summary>The same as read from a cluster file.</summary>
    public ClusterContent Content()
    {
        var collector = new ClusterCollector(NodeMapper.Map);
        collector.PodsAreKnown();
        foreach (var tree in Objects) collector.Add(new(tree, "the cluster"));
        var content = collector.Finish("the cluster");
        return content with { Problems = [.. content.Problems, .. Problems] };
    }

    private static async Task<IReadOnlyList<Tree>> ListAsync(
        ApiClient client, ApiResource resource, string kind, List<Problem> problems, CancellationToken cancellation)
    {
        var selection = new ApiSelection(resource.Path(), kind == "Pod" ? "status.phase!=Succeeded,status.phase!=Failed" : null);
        var apiVersion = resource.Group.Length == 0 ? resource.Version : $"{resource.Group}/{resource.Version}";
        var list = await client.ListAsync(
            selection, tree => Kept(tree, kind, apiVersion), refused => problems.Add(Problem.Error($"cluster {resource.Plural}", $"{refused}.")), cancellation).ConfigureAwait(false);
        return list.Items;
    }

    // Pods without a node are most of a busy queue and occupy nothing.
    private static Tree? Kept(Tree tree, string kind, string apiVersion)
    {
        if (kind == "Pod" && !PodInfoReader.Occupies(tree)) return null;
        return PlannerShapes.Keep(tree["kind"].Kind == TreeKind.Scalar ? tree : ListItems.WithKind(tree, kind, apiVersion));
    }

    private static Problem Refused(string kind, ApiException e)
    {
        var follows = kind switch
        {
            "PowerDomain" => "budgets that only they state are not kept to",
            "Namespace" => "affinity to pods of namespaces chosen by label is not judged",
            "PriorityClass" => "jobs have the priority of none",
            "GangPlacement" => "there is no telling which gangs have a plan",
            _ => "jobs with volumes are not judged",
        };
        var message = $"{e.Message}; {follows}. Expected the right to list them.";
        return kind == "PowerDomain" ? Problem.Error("cluster", message) : Problem.Warning("cluster", message);
    }
}
