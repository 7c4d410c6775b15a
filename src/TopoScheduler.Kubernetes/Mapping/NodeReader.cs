using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Node object → the fields that are mapped.</summary>
internal static class NodeReader
{
    /// <summary>Reads them.</summary>
    public static NodeFields Read(Field node)
    {
        var metadata = node["metadata"];
        var spec = node["spec"];
        var status = node["status"];
        var capacity = QuantityReader.List(status, "capacity");
        return new(
            metadata.Text("name") ?? "",
            metadata.Text("uid") ?? "",
            LabelReader.Read(metadata, "labels"),
            capacity,
            status["allocatable"].IsMissing ? capacity : QuantityReader.List(status, "allocatable"),
            [.. spec.Items("taints").Select(Taint).OfType<Taint>()],
            spec.Flag("unschedulable"),
            IsReady(status));
    }

    private static Taint? Taint(Field taint)
    {
        if (taint.Text("key") is not { Length: > 0 } key)
        {
            taint["key"].Wrong("the key of the taint");
            return null;
        }

        if (taint.Text("effect") is ("NoSchedule" or "PreferNoSchedule" or "NoExecute") and var effect)
        {
            return new(key, taint.Text("value"), effect);
        }

        taint["effect"].Wrong("NoSchedule, PreferNoSchedule or NoExecute");
        return null;
    }

    // Written by hand, a node often has no conditions: it is then meant to be usable.
    private static bool IsReady(Field status)
    {
        foreach (var condition in status.Items("conditions"))
        {
            if (condition.Text("type") == "Ready")
            {
                return condition.Text("status") == "True";
            }
        }

        return true;
    }
}
