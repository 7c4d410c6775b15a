using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Live;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>What a cluster file says that an explanation needs: the same facts a live server has of its queue, as far as a file can tell them.</summary>
public sealed class SituationFacts
{
    private const string KueueGates = "kueue.x-k8s.io/";

    private readonly ClusterSituation _situation;
    private readonly DateTimeOffset _now;
    private readonly ILookup<GangKey, PodInfo> _bound;

    /// <param name="situation">The cluster.</param>
    /// <param name="now">The time.</param>
    public SituationFacts(ClusterSituation situation, DateTimeOffset now)
    {
        (_situation, _now) = (situation, now);
        _bound = situation.Content.Pods.ToLookup(p => p.Gang ?? new GangKey(p.Template.Namespace, "Pod", p.Name, p.Uid));
    }

    /// <summary>What is promised to members that have no node yet: plans that the controller has written down.</summary>
    public IEnumerable<PodInfo> Promised() => _situation.Gangs.SelectMany(g => Promised(g).Select(h => h.Pod));

    /// <summary>The facts of a gang.</summary>
    public WaitFacts Of(SituationGang gang)
    {
        ArgumentNullException.ThrowIfNull(gang);
        var promised = Promised(gang).ToList();
        var placed = Bound(gang).AddRange(promised.Select(h => KeyValuePair.Create(h.Member, h.Pod.NodeName)));
        var gates = gang.Pods.Where(p => p.IsPending).SelectMany(p => p.OtherGates.Distinct()).GroupBy(g => g).OrderBy(g => g.Key, StringComparer.Ordinal);
        return ForNode() with
        {
            MembersThere = gang.There,
            Incomplete = IncompleteOf(gang),
            OtherGates = [.. gates.Select(g => new OtherGate(g.Key, g.Count()))],
            AwaitsKueue = gang.IsSuspended || gang.Pods.Any(p => p.IsPending && p.OtherGates.Any(g => g.StartsWith(KueueGates, StringComparison.Ordinal))),
            Placed = placed,
            OnTheWay = promised.Count,
            Deadlines = [.. gang.Placement?.Status.Deadlines.Select(d => ExplanationDeadline.Of(d.What, d.At)) ?? []],
            Recorded = gang.Placement?.Status.Message is { Length: > 0 } message ? message : gang.Pods.FirstOrDefault(p => p.IsPending && p.Unschedulable is not null)?.Unschedulable,
            IsFinished = gang is { IsSuspended: false, AwaitsPods: false, There: 0 },
        };
    }

    /// <summary>The facts that concern everybody: the time, who waits, who runs and until when.</summary>
    public WaitFacts ForNode() => new()
    {
        Now = _now,
        Waiting = [.. _situation.Gangs.Where(IsQueued).Select(Waiting)],
        Running = [.. _situation.Gangs.Where(g => !g.Waits && g.There > 0).Select(g => new RunningGang(g.Gang.Key, g.EndsAt))],
    };

    /// <summary>Which member of its gang a pod says it is, by its name or its index; null when it does not say.</summary>
    public static int? MemberOf(SituationGang gang, SituationPod pod)
    {
        ArgumentNullException.ThrowIfNull(gang);
        ArgumentNullException.ThrowIfNull(pod);
        if (gang.Gang.Size <= 1) return 0;
        if (NamesOf(gang.Gang).TryGetValue(pod.Name, out var named)) return named;
        return pod.Index is { } index && gang.Gang.Roles.Length == 1 && index < gang.Gang.Size ? index : null;
    }

    private bool IsQueued(SituationGang gang) => gang is { Waits: true, Gang.Roles.IsEmpty: false, IsSuspended: false }
        && gang.Pods.All(p => p.OtherGates.IsEmpty) && IncompleteOf(gang) is null && Bound(gang).IsEmpty && !Promised(gang).Any()
        && !gang.Gang.Problems.Any(p => p.Severity == Severity.Error);

    private WaitingGang Waiting(SituationGang gang)
    {
        var since = gang.Since ?? _now;
        return new(gang.Gang, since, gang.Gang.Hints is { Preferred: not null, PreferredFor: { } wish } ? since + wish : null);
    }

    private static string? IncompleteOf(SituationGang gang)
    {
        var (there, size) = (gang.There, gang.Gang.Size);
        if (gang.AwaitsPods && size > 0) return string.Create(CultureInfo.InvariantCulture, $"0 of {size} pods are there{(gang.IsPaused ? ", its job is suspended" : "")}");
        if (gang.Gang.Roles.IsEmpty || there >= size || gang.IsSuspended || gang.Pods.Any(p => p.IsFinished) || MadeOneByOne(gang.Gang.Key.Kind)) return null;
        return string.Create(CultureInfo.InvariantCulture, $"{there} of {size} pods are there");
    }

    // Their controllers make a pod only when the one before it runs.
    private static bool MadeOneByOne(string kind) => kind is "StatefulSet" or "LeaderWorkerSet" or "MPIJob" or "RayCluster" or "RayJob" or "RayService" or "SparkApplication";

    // Which member a pod is: by what was written on it, by its name, else the first that is free and asks for as many GPUs.
    private ImmutableSortedDictionary<int, string> Bound(SituationGang gang)
    {
        var placed = ImmutableSortedDictionary.CreateBuilder<int, string>();
        var (names, gpus) = (NamesOf(gang.Gang), gang.Gang.Roles.SelectMany(r => Enumerable.Repeat(r.Template.Gpus, r.Count)).ToList());
        var unseated = new List<PodInfo>();
        foreach (var pod in _bound[gang.Gang.Key].Where(p => !p.Terminating))
        {
            var member = pod.Member is { } own && own < gpus.Count && !placed.ContainsKey(own) ? own : names.GetValueOrDefault(pod.Name, -1);
            if (member >= 0 && placed.TryAdd(member, pod.NodeName)) continue;
            unseated.Add(pod);
        }

        foreach (var pod in unseated)
        {
            var free = Enumerable.Range(0, gpus.Count).Where(m => !placed.ContainsKey(m)).OrderBy(m => gpus[m] == pod.Template.Gpus ? 0 : 1).ThenBy(m => m).ToList();
            if (free.Count > 0) placed.Add(free[0], pod.NodeName);
        }

        return placed.ToImmutable();
    }

    private static Dictionary<string, int> NamesOf(Gang gang)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var first = 0;
        foreach (var role in gang.Roles)
        {
            for (var i = 0; i < role.PodNames.Length; i++) names.TryAdd(role.PodNames[i], first + i);
            first += role.Count;
        }

        return names;
    }

    private IEnumerable<Hold> Promised(SituationGang gang)
    {
        if (gang.Placement is not { Status.Plan: { IsEmpty: false } plan } || gang.Gang.Roles.IsEmpty || gang.There == 0) yield break;
        var bound = Bound(gang);
        foreach (var member in plan.Where(m => m.Member < gang.Gang.Size && !bound.ContainsKey(m.Member)))
        {
            yield return GangPlanner.HoldOf(gang.Gang, member.Member, member.Node, gang.Placement.Status.GpuCapWatts);
        }
    }
}
