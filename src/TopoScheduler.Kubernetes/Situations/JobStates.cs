using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>
/// How the jobs of a cluster stand, beside the gangs they ask for: who is suspended, who is over, and whose pods nobody has seen. A job without pods is a gang that
/// waits for them, unless its pods go by another name: those of the job that it made, or that made it.
/// </summary>
internal sealed class JobStates
{
    private const string KueueQueue = "kueue.x-k8s.io/queue-name";

    private readonly Dictionary<(string Namespace, string Kind, string Name), Tree> _jobs = [];

    // Uids of the controllers of pods, and of jobs that have pods.
    private readonly HashSet<string> _makers = new(StringComparer.Ordinal);

    /// <summary>Takes a job in.</summary>
    public void See(ObjectName name, Tree job) => _jobs[(name.Namespace, name.Kind, name.Name)] = job;

    /// <summary>Takes a pod in.</summary>
    public void SeePod(Tree pod) => SeeMaker(pod);

    /// <summary>True for a job that Kueue holds back.</summary>
    public bool AwaitsKueue(GangKey key) => JobOf(key) is { } job && IsSuspended(job) && job["metadata"]["labels"][KueueQueue].Text.Length > 0;

    /// <summary>True for a job that is suspended, whoever has done it.</summary>
    public bool IsSuspended(GangKey key) => JobOf(key) is { } job && IsSuspended(job);

    /// <summary>True for a job that has succeeded or failed.</summary>
    public bool IsOver(GangKey key) => JobOf(key) is { } job && JobEnd.IsOver(job);

    /// <summary>Of the gangs that jobs ask for, those none of whose pods has been seen. To be asked when all that there is has been taken in.</summary>
    /// <param name="asked">The gangs of all jobs.</param>
    /// <param name="there">The gangs that have pods.</param>
    public IEnumerable<Gang> WithoutPods(IEnumerable<Gang> asked, IEnumerable<GangKey> there)
    {
        var known = there.Select(k => (k.Namespace, k.Kind, k.Name)).ToHashSet();
        foreach (var key in known)
        {
            if (_jobs.TryGetValue(key, out var job)) SeeMaker(job);
        }

        return asked.Where(g => !known.Contains((g.Key.Namespace, g.Key.Kind, g.Key.Name)) && JobOf(g.Key) is { } job && !IsPart(job) && (AwaitsKueue(g.Key) || MakesItsOwn(g, job)));
    }

    // The pods of a Deployment are no gang, those of a Ray job are that of its cluster where its operator is an old one, and a SparkApplication is not listed. Who asks for
    // no pods has all of them.
    private bool MakesItsOwn(Gang gang, Tree job) =>
        job["kind"].Text is not ("Deployment" or "RayJob" or "RayService" or "SparkApplication") && (gang.Size > 0 || gang.Roles.IsEmpty) && !_makers.Contains(job["metadata"]["uid"].Text);

    // Pods belong to the outermost job. A leader of a LeaderWorkerSet makes the set of its workers.
    private static bool IsPart(Tree job) => OwnerReference.ControllerOf(job) is { } owner
        && (owner.Kind == "Pod" || JobKind.ReaderOf(new(owner.ApiVersion, owner.Kind, owner.Namespace, owner.Name, owner.Uid)) is not null);

    private static bool IsSuspended(Tree job) => job["spec"]["suspend"].Text == "true" || job["spec"]["runPolicy"]["suspend"].Text == "true";

    private void SeeMaker(Tree made)
    {
        if (OwnerReference.ControllerOf(made) is { Uid.Length: > 0 } maker) _makers.Add(maker.Uid);
    }

    // The gangs of a LeaderWorkerSet are its replicas, numbered.
    private Tree? JobOf(GangKey key) => _jobs.GetValueOrDefault((key.Namespace, key.Kind, key.Kind == "LeaderWorkerSet" ? LeaderWorkerSet.NameOfSet(key.Name) : key.Name));
}
