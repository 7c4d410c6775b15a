using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Cli.Commands;

/// <summary>
/// An offline report commits nobody to anything, so power hints of every namespace are believed (<c>design.md</c> §3.2); the report says so where it
/// made a difference possible.
/// </summary>
internal static class OfflineTrust
{
    /// <summary>A snapshot whose pods' hints are believed.</summary>
    public static ClusterSnapshot Apply(ClusterContent content) =>
        ClusterSnapshot.Create(content.Nodes, content.Pods.Select(p => p with { Template = Trusted(p.Template) }));

    /// <summary>A gang whose hints are believed.</summary>
    public static Gang Apply(Gang gang)
    {
        var trusted = gang with { Roles = [.. gang.Roles.Select(r => r with { Template = Trusted(r.Template) })] };
        if (gang.Hints.GpuWatts is not { } watts) return trusted;
        var note = Core.Problem.Info(
            gang.Key.Id, $"annotation toposcheduler.io/gpu-watts=\"{watts}\" is believed, as in every offline report; a running scheduler believes it only from trusted namespaces or where nodes enforce caps.");
        return trusted with { Problems = gang.Problems.Add(note) };
    }

    private static PodTemplate Trusted(PodTemplate template) => template with { Power = template.Power with { Trusted = true } };
}
