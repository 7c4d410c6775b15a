using System.Collections.Immutable;
using System.Text.Json;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Extender;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Audit;

/// <summary>The decisions of the extender's verbs as entries of the record. Called only where there is one, so that what it looks up costs nothing without.</summary>
internal static class VerbRecord
{
    /// <summary>Where a pod may go: the nodes that are left of the candidates, or, where none is, why most of them are not.</summary>
    public static AuditEntry OfFilter(ExtenderView view, PodSubject subject, ExtenderArgs args, FilterAnswer answer, long freed)
    {
        var fitting = new List<string>();
        Span<int> verdicts = stackalloc int[1 + byte.MaxValue];
        foreach (var node in args.Nodes)
        {
            var verdict = node < 0 ? RejectReasons.UnknownNode : answer.Verdicts[node];
            if (verdicts[verdict]++ < AuditLine.MostNodes && verdict == RejectReasons.Fits) fitting.Add(view.Snapshot.Nodes[node].Name);
        }

        var count = verdicts[RejectReasons.Fits];
        var reject = RejectReasons.UnknownNode;
        for (var code = 1; code < verdicts.Length; code++) reject = verdicts[code] > verdicts[reject] ? (byte)code : reject;
        return new(AuditVerb.Filter, count > 0 ? "fits" : "rejected")
        {
            Gang = subject.Gang.Key.Id,
            Pod = args.Pod.ToString(),
            Uid = args.Pod.Uid,
            PodVersion = VersionOf(args.PodJson),
            Nodes = fitting,
            Count = count,
            Reason = count > 0 ? null : subject.Incomplete ?? RejectCodes.Reasons.TextOf(reject),
            Cluster = view.Snapshot,
            Freed = freed,
        };
    }

    /// <summary>A pod was bound, or not.</summary>
    /// <param name="args">Which, and where to.</param>
    /// <param name="gang">Its gang; null where that is not known.</param>
    /// <param name="error">Why it was not; empty when it was.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="freed">As of the cluster.</param>
    public static AuditEntry OfBind(BindingArgs args, string? gang, string error, ClusterSnapshot cluster, long freed) => new(AuditVerb.Bind, error.Length == 0 ? "bound" : "refused")
    {
        Gang = gang,
        Pod = args.Pod.ToString(),
        Uid = args.Pod.Uid,
        Nodes = [args.Node],
        Reason = error,
        Cluster = cluster,
        Freed = freed,
    };

    /// <summary>Whom a pod may preempt.</summary>
    public static AuditEntry OfPreempt(PreemptionArgs args, PodSubject subject, ImmutableArray<NodeVictims> answer, ClusterSnapshot cluster, long freed) =>
        new(AuditVerb.Preempt, answer.IsEmpty ? "none" : "victims")
        {
            Gang = subject.Gang.Key.Id,
            Pod = args.Pod.ToString(),
            Uid = args.Pod.Uid,
            PodVersion = VersionOf(args.PodJson),
            Nodes = [.. answer.Take(AuditLine.MostNodes).Select(n => n.Node)],
            Count = answer.Sum(n => n.Uids.Length),
            Cluster = cluster,
            Freed = freed,
        };

    // The body was read before, so it is JSON; of an odd one nothing is said.
    private static string? VersionOf(ReadOnlyMemory<byte> pod)
    {
        var json = new Utf8JsonReader(pod.Span);
        try
        {
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName) continue;
                if (json.CurrentDepth == 1 && !json.ValueTextEquals("metadata"u8)) json.Skip();
                else if (json.CurrentDepth == 2 && json.ValueTextEquals("resourceVersion"u8) && json.Read()) return json.TokenType == JsonTokenType.String ? json.GetString() : null;
                else if (json.CurrentDepth == 2) json.Skip();
            }
        }
        catch (JsonException)
        {
        }

        return null;
    }
}
