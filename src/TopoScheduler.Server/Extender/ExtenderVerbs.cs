using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Extender;

/// <summary>
/// What the four verbs decide. Each pod is judged by itself on the current snapshot: readiness and free resources. Nothing is remembered between calls.
/// </summary>
/// <param name="snapshot">The state of the cluster at the moment; null before it is known.</param>
public sealed class ExtenderVerbs(Func<ClusterSnapshot?> snapshot)
{
    private const byte NotReady = 1;
    private const byte Cordoned = 2;
    private const byte TooLittleFree = 3;
    private const byte NeverEnough = 4;

    private readonly PodCache _pods = new();
    private volatile ExtenderView? _view;

    /// <summary>Every reason filter may give.</summary>
    public static RejectReasons Reasons { get; } = new(
    [
        new(NotReady, "node is not ready", CanChange: false),
        new(Cordoned, "node is cordoned", CanChange: false),
        new(TooLittleFree, "node has too little free for the pod", CanChange: true),
        new(NeverEnough, "node is too small for the pod", CanChange: false),
    ]);

    /// <summary>The state the next request is answered from, or null as long as there is none.</summary>
    public ExtenderView? Current
    {
        get
        {
            var (now, view) = (snapshot(), _view);
            if (now is null || view?.Snapshot == now) return now is null ? null : view;
            var names = view?.Snapshot.Topology == now.Topology ? view.Names : new NodeNameTable(now.Topology.NodeNames);
            return _view = new(now, names);
        }
    }

    /// <summary>Which candidates the pod may go to.</summary>
    public void Filter(ExtenderView view, ExtenderArgs args, FilterAnswer answer)
    {
        answer.Reset(view.Names.Count);
        var verdicts = answer.Verdicts;
        var requests = _pods.TemplateOf(args).Requests;
        var nodes = view.Snapshot.Nodes;
        foreach (var n in args.Nodes)
        {
            if (n >= 0) verdicts[n] = !nodes[n].Ready ? NotReady : nodes[n].Unschedulable ? Cordoned : RejectReasons.Fits;
        }

        Require(view, args, verdicts, ResourceList.Pods, 1);
        foreach (var (resource, amount) in requests) Require(view, args, verdicts, resource, amount);
    }

    /// <summary>How well each candidate suits the pod: the fuller, the better.</summary>
    public void Prioritize(ExtenderView view, ExtenderArgs args, PriorityAnswer answer)
    {
        answer.Reset(view.Names.Count);
        var template = _pods.TemplateOf(args);
        var resource = template.Requests.Select(r => r.Key).FirstOrDefault(r => r.Contains('/', StringComparison.Ordinal)) ?? ResourceList.Cpu;
        var (free, all) = view.Column(resource);
        var scores = answer.Scores;
        foreach (var n in args.Nodes)
        {
            if (n < 0 || all[n] <= 0) continue;
            scores[n] = (byte)(PriorityAnswer.Best - Math.Clamp(PriorityAnswer.Best * (double)free[n] / all[n], 0, PriorityAnswer.Best));
        }
    }

    /// <summary>Binds a pod to a node.</summary>
    /// <returns>Why it was not bound; empty when it was.</returns>
    public ValueTask<string> BindAsync(BindingArgs args, CancellationToken cancellation) => ValueTask.FromResult(
        Current?.Snapshot.IndexOf(args.Node) is null or < 0
            ? $"node {args.Node} is not known to toposcheduler"
            : $"{args.Pod} cannot be bound to node {args.Node}: toposched serves a cluster file, expected a cluster");

    /// <summary>Which of the proposed nodes may be preempted on, with which victims.</summary>
    public IReadOnlyList<NodeVictims> Preempt(PreemptionArgs args) =>
        args.Candidates.RemoveAll(c => c.Uids.IsEmpty || Current?.Snapshot.IndexOf(c.Node) is null or < 0);

    private static void Require(ExtenderView view, ExtenderArgs args, Span<byte> verdicts, string resource, long amount)
    {
        if (amount <= 0) return;
        var (free, all) = view.Column(resource);
        foreach (var n in args.Nodes)
        {
            if (n < 0 || free[n] >= amount || verdicts[n] is NotReady or Cordoned) continue;
            verdicts[n] = all[n] < amount ? NeverEnough : TooLittleFree;
        }
    }
}
