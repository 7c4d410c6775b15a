using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Labels;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.JobKinds;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// Says which gang a pod that is to be scheduled belongs to. (1) Pods made by a controller belong to the outermost controller that is a job: its object tells
/// size, roles and hints, exactly as in a job file. (2) Pods that state a group, or the size of their gang, are read together with the members that are
/// known. (3) Any other pod is a gang of one.
/// <para>Answers are remembered per pod and per controller; safe to use from several threads.</para>
/// </summary>
/// <param name="owners">Fetches controllers; <see cref="OwnerSource.None"/> where there is no cluster to ask.</param>
/// <param name="trustedNamespaces">Namespaces whose hints may lower the draw on nodes that do not enforce caps.</param>
public sealed class PodBook(OwnerSource owners, ImmutableHashSet<string> trustedNamespaces)
{
    private const int MostRemembered = 4096;
    private static readonly ImmutableSortedDictionary<string, PendingPod> NoMembers = ImmutableSortedDictionary.Create<string, PendingPod>(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, (byte[] Json, PodSubject Subject)> _subjects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, GangKey?> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<GangKey, ImmutableSortedDictionary<string, PendingPod>> _groups = [];
    private readonly PodClasses _classes = new();
    private volatile ClusterObjects _objects = new();

    /// <summary>What pods refer to: claims, volumes, namespaces, priority classes. Replaced whole when any of it changes.</summary>
    public ClusterObjects Objects
    {
        get => _objects;
        set
        {
            _objects = value;
            _subjects.Clear();
        }
    }

    /// <summary>The subject of a pod as the scheduler sent it.</summary>
    /// <param name="uid">Its uid.</param>
    /// <param name="json">The pod.</param>
    /// <param name="cancellation">Gives up waiting for its controller.</param>
    /// <exception cref="InputException">It is no JSON object.</exception>
    public ValueTask<PodSubject> SubjectOfAsync(string uid, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        if (_subjects.TryGetValue(uid, out var known) && known.Json.AsSpan().SequenceEqual(json.Span)) return new(known.Subject);
        return ReadAsync(uid, json.ToArray(), cancellation);
    }

    /// <summary>
    /// Pods of a scheduling group (Kubernetes 1.36) are gangs of kube-scheduler's own: it asks about each of them for each domain it considers and takes
    /// nothing back, so each is answered by itself and nothing is held.
    /// </summary>
    public bool LeavesGroupsToTheScheduler { get; init; }

    /// <summary>The subject of a pod as the API server has it.</summary>
    public ValueTask<PodSubject> SubjectOfAsync(Tree pod, CancellationToken cancellation) => AskedAsync(new PendingPod(pod), cancellation);

    /// <summary>The subject of a member that has no node yet.</summary>
    public ValueTask<PodSubject> SubjectOfAsync(GangPod pod, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return TrustedAsync(pod.Pending ?? throw new ArgumentException($"pod {pod.Namespace}/{pod.Name} has a node", nameof(pod)), cancellation);
    }

    /// <summary>What a member without a node takes where it is going to be.</summary>
    public PodInfo OccupantOf(GangPod pod, string node)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Pending is { } pending ? OccupantOf(pending.Tree, pod.Namespace, node) : throw new ArgumentException($"pod {pod.Namespace}/{pod.Name} has a node", nameof(pod));
    }

    /// <summary>The gang of a key, read from its owner or from those of its members that have no node; null when neither is there to be read.</summary>
    public async ValueTask<Gang?> GangOfAsync(GangKey key, OwnerReference? owner, CancellationToken cancellation)
    {
        if (owner is not null)
        {
            var job = await owners.JobOfAsync(owner, cancellation).ConfigureAwait(false);
            return job.Object is { } tree && OfJob(tree).FirstOrDefault(g => g.Key.Name == key.Name) is { } gang ? Trusted(gang with { Key = key }) : null;
        }

        return _groups.TryGetValue(key, out var members) && OfGroup(members.Values.First()) is { Incomplete: null } subject ? Trusted(subject.Gang) : null;
    }

    /// <summary>How many pods a Job still has to finish, asked anew; null where that is not known: it is no Job, or the API server does not say.</summary>
    public async ValueTask<int?> UnfinishedOfAsync(OwnerReference owner, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(owner);
        if (owner.Kind != "Job" || await owners.AskAsync(owner, cancellation).ConfigureAwait(false) is not { } job) return null;
        return Whole(job["spec"]["completions"]) - (Whole(job["status"]["succeeded"]) ?? 0);
    }

    /// <summary>The job behind a controller; null when there is none, or the API server does not say in time.</summary>
    internal async ValueTask<Tree?> JobOfAsync(OwnerReference controller, CancellationToken cancellation) => (await owners.JobOfAsync(controller, cancellation).ConfigureAwait(false)).Object;

    /// <summary>Which member of a gang that is known already a pod without a node says it is, and in which role.</summary>
    public static PodSubject SubjectIn(Gang gang, GangPod pod)
    {
        ArgumentNullException.ThrowIfNull(gang);
        ArgumentNullException.ThrowIfNull(pod);
        return Seat(pod.Pending ?? throw new ArgumentException($"pod {pod.Namespace}/{pod.Name} has a node", nameof(pod)), gang);
    }

    /// <summary>What a pod takes on a node it is going to be bound to, as the watch will show it.</summary>
    public PodInfo OccupantOf(Tree pod, string ns, string node)
    {
        var name = ObjectName.Of(pod, ns) with { Kind = "Pod" };
        return PodInfoReader.Read(name, Field.Root(pod, new(name.Id)), Objects, trustedNamespaces) with { NodeName = node };
    }

    /// <summary>What a member without a node takes, whatever its job says its pods take.</summary>
    /// <param name="pod">The member.</param>
    /// <param name="gang">The gang as its job says.</param>
    /// <param name="planned">The power it was planned with.</param>
    public PodDemand DemandOf(GangPod pod, Gang gang, PodPower planned)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return PodDemand.Of(OccupantOf(pod, "").Template, pod.Pending!.Annotations, gang, planned);
    }

    /// <summary>The subject the pod had when it was asked about last; null when nobody has asked.</summary>
    public PodSubject? Remembered(string uid) => _subjects.TryGetValue(uid, out var known) ? known.Subject : null;

    /// <summary>A pod without a node is there, or has changed.</summary>
    internal void Upsert(PendingPod pod)
    {
        // Of pods that no group needs only the uid is kept: a hundred thousand may wait.
        var inGroup = pod.Group is not null && pod.Controller is null;
        if (_known.TryGetValue(pod.Name.Uid, out var before) && before is { } other && !(inGroup && other == pod.Key)) Leave(other, pod.Name.Uid);
        _known[pod.Name.Uid] = inGroup ? pod.Key : null;
        if (inGroup) _groups[pod.Key] = _groups.GetValueOrDefault(pod.Key, NoMembers).SetItem(pod.Name.Uid, pod);
        else owners.Prefetch(pod.Controller);
    }

    /// <summary>A pod is bound. A member of a group stays known as it was before: its siblings are read together with it.</summary>
    internal void Bound(string uid)
    {
        _subjects.TryRemove(uid, out _);
        if (_known.TryGetValue(uid, out var group) && group is null) _known.TryRemove(uid, out _);
    }

    /// <summary>A pod is finished or gone.</summary>
    internal void Remove(string uid)
    {
        _subjects.TryRemove(uid, out _);
        if (_known.TryRemove(uid, out var group) && group is { } key) Leave(key, uid);
    }

    /// <summary>Uids of the pods without a node, and of the bound ones whose groups are still read with them.</summary>
    internal ICollection<string> Known => _known.Keys;

    /// <summary>True for a pod without a node that the watch has shown, or a bound one whose group is still read with it.</summary>
    public bool Knows(string uid) => _known.ContainsKey(uid);

    /// <summary>How many pods are kept whole.</summary>
    internal int KeptWhole => _groups.Values.Sum(g => g.Count);

    private void Leave(GangKey group, string uid)
    {
        if (!_groups.TryGetValue(group, out var members)) return;
        members = members.Remove(uid);
        if (members.IsEmpty) _groups.TryRemove(group, out _);
        else _groups[group] = members;
    }

    private async ValueTask<PodSubject> ReadAsync(string uid, byte[] json, CancellationToken cancellation)
    {
        var objects = _objects;
        var subject = await AskedAsync(new PendingPod(JsonBody.Read(json, "the pod")), cancellation).ConfigureAwait(false);
        // What was read with objects that have changed since must not be remembered.
        if (subject.Incomplete is not null || !ReferenceEquals(objects, _objects)) return subject;
        if (_subjects.Count >= MostRemembered) _subjects.Clear();
        _subjects[uid] = (json, subject);
        return subject;
    }

    private async ValueTask<PodSubject> ResolveAsync(PendingPod pod, CancellationToken cancellation)
    {
        if (pod.Controller is not { } controller) return OfGroup(pod);
        var job = await owners.JobOfAsync(controller, cancellation).ConfigureAwait(false);
        if (!job.IsKnown) return new(OfPods([pod]), null, 0, $"{controller.Kind} {controller.Namespace}/{controller.Name} is not known yet", IsUnanswered: true);
        if (job.Object is not { } tree)
        {
            // The job of such a pod is being deleted, and the pod with it: alone it would be no gang.
            var isOrphan = owners.Asks && pod.IsKeyed && pod.Group is null;
            return isOrphan ? new(OfPods([pod]), null, 0, $"{controller.Kind} {controller.Namespace}/{controller.Name} is gone") : OfGroup(pod);
        }

        // Bound siblings are known by what their labels say, so that is the gang's identity.
        var gangs = OfJob(tree).ConvertAll(g => pod.IsKeyed ? g with { Key = pod.Key } : g);
        if (gangs.Count == 0) return OfGroup(pod);
        var seat = gangs.Select(gang => Seat(pod, gang)).FirstOrDefault(s => s.Member is not null) ?? Seat(pod, gangs[0]);
        var name = ObjectName.Of(tree, pod.Name.Namespace);
        return seat with { Owner = new(name.ApiVersion, name.Kind, name.Namespace, name.Name, name.Uid) };
    }

    private PodSubject OfGroup(PendingPod pod)
    {
        if (pod.Group is null) return Seat(pod, OfPods([pod]));
        var members = _groups.GetValueOrDefault(pod.Key, NoMembers).SetItem(pod.Name.Uid, pod);
        // One stands for all where all that are known are alike; members that differ must all be there.
        var alone = Numbered(OfPods([pod]), pod.Name.Name);
        if (members.Count == 1) return Seat(pod, alone);
        var all = OfPods([.. members.Values]);
        if (alone.Problems.IsEmpty && all.Roles.Length == 1 && all.Size <= alone.Size) return Seat(pod, alone);
        return all.Size < alone.Size ? Seat(pod, all) with { Incomplete = $"{members.Count} of {alone.Size} members are there and they differ" } : Seat(pod, all);
    }

    // One pod that stands for all does not tell whether it is the first. Names that end in a number below the size are counted from 0.
    private static Gang Numbered(Gang gang, string podName)
    {
        if (gang.Roles.Length != 1 || gang.Size == 1) return gang;
        var numbered = PodOrder.NumberAtEnd(podName) < gang.Size;
        var names = numbered ? JobObject.Numbered(podName[..(podName.LastIndexOf('-') + 1)], gang.Size) : [];
        return gang with { Roles = [gang.Roles[0] with { PodNames = names }] };
    }

    private Gang OfPods(IReadOnlyList<PendingPod> pods)
    {
        var problems = new ObjectProblems(pods[0].Key.Id);
        var objects = pods.Select(p => new JobObject(p.Name, Field.Root(p.Tree, problems), Objects)).ToList();
        var gang = PodGroup.Read(objects, pods[0].Group ?? pods[0].Name.Name).FirstOrDefault();
        return (gang ?? new Gang { Key = pods[0].Key, Roles = [], Problems = problems.ToImmutable() }) with { Key = pods[0].Key };
    }

    private List<Gang> OfJob(Tree tree)
    {
        var collector = new JobCollector(Objects);
        collector.Add(new(tree, "the API server"));
        return [.. collector.Finish("the API server").Gangs];
    }

    // By name where the controller's names are foreseeable (a Job adds a random end), else by index, else by what it asks for.
    private static PodSubject Seat(PendingPod pod, Gang gang)
    {
        var first = 0;
        for (var r = 0; r < gang.Roles.Length; r++)
        {
            var names = gang.Roles[r].PodNames;
            for (var i = 0; i < names.Length; i++)
            {
                if (IsNamed(pod.Name.Name, names[i])) return new(gang, first + i, r);
            }

            first += gang.Roles[r].Count;
        }

        if (gang.Roles.Length == 1) return new(gang, gang.Size == 1 ? 0 : pod.Index < gang.Size ? pod.Index : null, 0);
        var asked = RequestReader.Read(Field.Root(pod.Tree["spec"], new(pod.Name.Id)));
        var role = gang.Roles.Select((role, r) => (role, r)).FirstOrDefault(x => x.role.Template.Requests.Equals(asked)).r;
        return new(gang, null, role);
    }

    private static bool IsNamed(string pod, string member) =>
        pod.StartsWith(member, StringComparison.Ordinal) && (pod.Length == member.Length || pod[member.Length] == '-');

    // What we have planned ourselves is ours to answer for.
    private ValueTask<PodSubject> AskedAsync(PendingPod pod, CancellationToken cancellation)
    {
        var isTheirs = LeavesGroupsToTheScheduler && pod.Tree["spec"]["schedulingGroup"]["podGroupName"].Text.Length > 0
            && !SchedulingGates.Has(pod.Tree, SchedulingGates.Gang) && !pod.Annotations.ContainsKey(AnnotationKeys.Placement);
        return isTheirs ? new(Alone(pod)) : TrustedAsync(pod, cancellation);
    }

    private PodSubject Alone(PendingPod pod)
    {
        var gang = OfPods([pod]);
        var hints = gang.Hints with { Required = null, Preferred = null, SegmentSize = 0, SegmentTier = null, Parallelism = [] };
        var role = gang.Roles.Select(r => r with { Count = 1, PodNames = [] }).Take(1);
        return new(Trusted(gang with { Key = new(pod.Name.Namespace, "Pod", pod.Name.Name, pod.Name.Uid), Roles = [.. role], MinMembers = 0, Hints = hints }), 0, 0);
    }

    private async ValueTask<PodSubject> TrustedAsync(PendingPod pod, CancellationToken cancellation)
    {
        var subject = await ResolveAsync(pod, cancellation).ConfigureAwait(false);
        // What stands alone was read from the pod itself.
        if (subject.Gang.Roles.IsEmpty || (subject.Owner is null && subject.Gang.Size == 1)) return subject with { Gang = Trusted(subject.Gang) };
        var own = OccupantOf(pod.Tree, pod.Name.Namespace, "").Template;
        return subject with { Gang = Trusted(subject.Gang), Demand = PodDemand.Of(own, pod.Annotations, subject.Gang, subject.Gang.Roles[subject.Role].Template.Power) };
    }

    private static int? Whole(Tree tree) => int.TryParse(tree.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private Gang Trusted(Gang gang)
    {
        var trusted = trustedNamespaces.Contains(gang.Key.Namespace);
        return gang with
        {
            Roles = [.. gang.Roles.Select(r => r with
            {
                Template = _classes.Shared(trusted ? r.Template : r.Template with { Power = r.Template.Power with { Trusted = false } }),
            })],
        };
    }
}
