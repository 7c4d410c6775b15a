using System.Diagnostics;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Server.Telemetry;

/// <summary>Spans around what takes time: a verb, a plan, a binding, the end of a gate. While nobody listens there are none.</summary>
internal static class SchedulerTraces
{
    private static readonly ActivitySource Source = new(SchedulerMetrics.MeterName);

    /// <summary>A request of kube-scheduler.</summary>
    public static Activity? Verb(string name) => Source.StartActivity(name, ActivityKind.Server);

    /// <summary>Planning.</summary>
    /// <param name="by"><c>filter</c> or <c>queue</c>.</param>
    /// <param name="gang">The gang; null for none in particular.</param>
    public static Activity? Plan(string by, GangKey? gang = null) => Source.StartActivity("plan")?.SetTag("toposcheduler.by", by).SetTag("toposcheduler.gang", gang?.Id);

    /// <summary>The posting of a Binding.</summary>
    public static Activity? Bind(string ns, string pod, string node) => Pod(Source.StartActivity("bind pod", ActivityKind.Client), ns, pod, node);

    /// <summary>The patch that takes a gate off.</summary>
    public static Activity? Release(string ns, string pod, string node) => Pod(Source.StartActivity("release gate", ActivityKind.Client), ns, pod, node);

    /// <summary>What a span ended in; an error where it is not as it should be.</summary>
    public static void End(Activity? span, string outcome, bool isError)
    {
        if (span is null) return;
        span.SetTag("toposcheduler.outcome", outcome);
        if (isError) span.SetStatus(ActivityStatusCode.Error, outcome);
    }

    private static Activity? Pod(Activity? span, string ns, string pod, string node) =>
        span?.SetTag("k8s.namespace.name", ns).SetTag("k8s.pod.name", pod).SetTag("k8s.node.name", node);
}
