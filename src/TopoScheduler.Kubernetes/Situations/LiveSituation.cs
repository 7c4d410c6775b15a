using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Saving;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>
/// What waits in a cluster that is watched. Pods with a node are those the watch has shown; those without one are kept nowhere, a hundred thousand may wait, and are
/// listed when somebody asks, with the pods of the namespace asked about, the jobs that made them and the GangPlacements. A job without pods is got by its name.
/// </summary>
/// <param name="client">The API server; null where there is none: then nothing waits.</param>
/// <param name="book">Finds the jobs behind pods, and has what pods refer to.</param>
public sealed class LiveSituation(ApiClient? client, PodBook book)
{
    private const string Waiting = "status.phase=Pending";

    /// <summary>Reads it.</summary>
    /// <param name="bound">The pods that have a node.</param>
    /// <param name="asked">What is asked about.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ApiException">The API server refuses.</exception>
    /// <exception cref="ApiUnavailableException">It does not answer.</exception>
    public async Task<ClusterSituation> ReadAsync(IReadOnlyCollection<PodInfo> bound, SubjectRequest asked, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bound);
        ArgumentNullException.ThrowIfNull(asked);
        var collector = new SituationCollector();
        var pods = client is null ? [] : await PodsAsync(client, asked, cancellation).ConfigureAwait(false);
        foreach (var pod in pods) collector.See(Found(pod));
        foreach (var pod in bound) collector.See(pod);
        if (client is not null)
        {
            foreach (var placement in await PlacementsAsync(client, cancellation).ConfigureAwait(false)) collector.See(Found(placement));
            var named = await NamedAsync(client, asked, cancellation).ConfigureAwait(false);
            foreach (var job in named) collector.See(Found(job));
            await SeeOwnersAsync(collector, pods, named, asked, cancellation).ConfigureAwait(false);
        }

        var wanted = collector.Wanted(asked.IsAbout);
        foreach (var pod in pods) collector.Complete(pod, wanted);
        return collector.Finish(new([], [.. bound], []) { Objects = book.Objects });
    }

    // Pods of the namespace asked about come whole: also those that have ended.
    private static async Task<List<Tree>> PodsAsync(ApiClient client, SubjectRequest asked, CancellationToken cancellation)
    {
        var pods = new List<Tree>();
        var ns = asked.Kind == Core.Placement.Explain.ExplanationSubjectKind.Node ? null : asked.Namespace;
        if (ns is not null) pods.AddRange((await client.ListAsync(new(ApiResource.Pods.Path(ns)), Pod, null, cancellation).ConfigureAwait(false)).Items);
        var waiting = await client.ListAsync(new(ApiResource.Pods.Path(), Waiting), Pod, null, cancellation).ConfigureAwait(false);
        pods.AddRange(waiting.Items.Where(p => p["metadata"]["namespace"].Text != ns));
        return pods;
    }

    private static async Task<IReadOnlyList<Tree>> PlacementsAsync(ApiClient client, CancellationToken cancellation)
    {
        try
        {
            var items = (await client.ListAsync(new(ApiResource.GangPlacements.Path()), static tree => tree, null, cancellation).ConfigureAwait(false)).Items;
            return [.. items.Select(p => Kinded(p, "GangPlacement", $"{ApiResource.GangPlacements.Group}/{ApiResource.GangPlacements.Version}"))];
        }
        catch (ApiException e) when (e.Status.Code is 403 or 404)
        {
            // Who only advises may not read them, and where they are not installed nothing is planned.
            return [];
        }
    }

    // Jobs may be got, but not listed. All kinds are asked for, whichever is named: a job may have made one of another kind and its own name.
    private static async Task<IReadOnlyList<Tree>> NamedAsync(ApiClient client, SubjectRequest asked, CancellationToken cancellation)
    {
        if (asked.Kind != Core.Placement.Explain.ExplanationSubjectKind.Gang || !ObjectCheck.IsName(asked.BareName)) return [];
        var gets = JobResources.ByName.Select(r => JobAsync(client, r.Resource.Path(asked.Namespace, NameOf(r.Kind, asked.BareName)), cancellation));
        return [.. (await Task.WhenAll(gets).ConfigureAwait(false)).OfType<Tree>()];
    }

    private static string NameOf(string kind, string gang) => kind == "LeaderWorkerSet" ? LeaderWorkerSet.NameOfSet(gang) : gang;

    private static async Task<Tree?> JobAsync(ApiClient client, string path, CancellationToken cancellation)
    {
        try
        {
            return await client.GetAsync(path, cancellation).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Status.Code == 403)
        {
            return null;
        }
    }

    private async Task SeeOwnersAsync(SituationCollector collector, List<Tree> pods, IReadOnlyList<Tree> named, SubjectRequest asked, CancellationToken cancellation)
    {
        var owners = new HashSet<string>(StringComparer.Ordinal);
        var jobs = named.Select(j => j["metadata"]["uid"].Text).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            if (OwnerReference.ControllerOf(pod) is not { } owner || owners.Contains(owner.Uid)) continue;
            if (pod["spec"]["nodeName"].Text.Length > 0 && !asked.IsAbout(SituationPod.Read(pod))) continue;
            owners.Add(owner.Uid);
            if (await book.JobOfAsync(owner, cancellation).ConfigureAwait(false) is { } job && jobs.Add(job["metadata"]["uid"].Text)) collector.See(Found(job));
        }
    }

    private static Tree? Pod(Tree tree) => PlannerShapes.Keep(Kinded(tree, "Pod", "v1"));

    private static Tree Kinded(Tree tree, string kind, string apiVersion) => tree["kind"].Kind == TreeKind.Scalar ? tree : ListItems.WithKind(tree, kind, apiVersion);

    private static FoundObject Found(Tree tree) => new(tree, "the API server");
}
