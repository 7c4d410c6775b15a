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
    /// <param name="scope">How much of it.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ApiException">Nodes or pods are refused, or the server cannot do what it is asked.</exception>
    /// <exception cref="ApiUnavailableException">No server answers.</exception>
    public static async Task<ClusterListing> ReadAsync(ApiClient client, ListingScope scope, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var (objects, problems) = (new List<Tree>(), new List<Problem>());
        foreach (var (resource, kind) in Kinds(scope))
        {
            try
            {
                objects.AddRange(await ListAsync(client, (resource, kind), scope, problems, cancellation).ConfigureAwait(false));
            }
            catch (ApiException e) when (kind is not ("Node" or "Pod") && e.Status.Code is 403 or 404)
            {
                // Resources that are not installed have no objects. Who may not see jobs asks for them in vain, kind by kind.
                if (e.Status.Code == 403 && !JobResources.All.Contains((resource, kind))) problems.Add(Refused(kind, e));
            }
        }

        return new(objects, problems);
    }

    /// <summary>The same as read from a cluster file.</summary>
    public ClusterContent Content() => Content(Found());

    /// <summary>The objects as those of a file.</summary>
    internal IEnumerable<FoundObject> Found() => Objects.Select(tree => new FoundObject(tree, "the cluster"));

    /// <summary>The same of objects that somebody else looks at on their way.</summary>
    internal ClusterContent Content(IEnumerable<FoundObject> objects)
    {
        var collector = new ClusterCollector(NodeMapper.Map);
        collector.PodsAreKnown();
        foreach (var found in objects) collector.Add(found);
        var content = collector.Finish("the cluster");
        return content with { Problems = [.. content.Problems, .. Problems] };
    }

    // Without what makes pods a gang is what its pods say.
    private static List<(ApiResource Resource, string Kind)> Kinds(ListingScope scope) =>
    [
        .. Always, .. scope >= ListingScope.ForJobs ? OfJobs : [], .. scope >= ListingScope.Everything ? [(ApiResource.GangPlacements, "GangPlacement"), .. JobResources.All] : Array.Empty<(ApiResource, string)>(),
    ];

    private static async Task<IReadOnlyList<Tree>> ListAsync(
        ApiClient client, (ApiResource Resource, string Kind) of, ListingScope scope, List<Problem> problems, CancellationToken cancellation)
    {
        var (resource, kind) = of;
        var isRunning = kind == "Pod" && scope < ListingScope.Everything;
        var selection = new ApiSelection(resource.Path(), isRunning ? "status.phase!=Succeeded,status.phase!=Failed" : null);
        var apiVersion = resource.Group.Length == 0 ? resource.Version : $"{resource.Group}/{resource.Version}";
        var list = await client.ListAsync(
            selection, Kept, refused => problems.Add(Problem.Error($"cluster {resource.Plural}", $"{refused}.")), cancellation).ConfigureAwait(false);
        return list.Items;

        // Pods without a node are most of a busy queue and occupy nothing.
        Tree? Kept(Tree tree) => isRunning && !PodInfoReader.Occupies(tree)
            ? null
            : PlannerShapes.Keep(tree["kind"].Kind == TreeKind.Scalar ? tree : ListItems.WithKind(tree, kind, apiVersion));
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
