using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>
/// Waits until kube-scheduler has seen everything that was written before. Its watches are in order, so it is enough to see that it knows the last thing
/// written: a pod that must be beside a marker pod is bound only when the marker is known, and with it all pods before it. The first time the marker's
/// node and a claim with its volume are the last of their kinds too.
/// </summary>
internal sealed class SchedulerSight(KubeApi api, SchedulerVerdicts verdicts)
{
    private const string Space = "sight";
    private const string Name = "sight";
    private const int Tries = 1000;

    private int _marks;
    private int _probes;

    /// <summary>Writes the last node, volume and claim, and waits.</summary>
    public async Task BeginAsync()
    {
        await api.CreateNamespaceAsync(Space);
        await api.CreateAsync("/api/v1/persistentvolumes", new()
        {
            ["metadata"] = new JsonObject { ["name"] = Name },
            ["spec"] = new JsonObject
            {
                ["capacity"] = new JsonObject { ["storage"] = "1Gi" },
                ["accessModes"] = new JsonArray("ReadWriteMany"),
                ["claimRef"] = new JsonObject { ["namespace"] = Space, ["name"] = Name },
                ["nfs"] = new JsonObject { ["server"] = "192.0.2.2", ["path"] = "/data" },
            },
        });
        await api.CreateAsync($"{KubePath.Namespaces}/{Space}/persistentvolumeclaims", new()
        {
            ["metadata"] = new JsonObject { ["name"] = Name, ["annotations"] = new JsonObject { ["pv.kubernetes.io/bind-completed"] = "yes" } },
            ["spec"] = new JsonObject
            {
                ["accessModes"] = new JsonArray("ReadWriteMany"),
                ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
                ["storageClassName"] = "",
                ["volumeName"] = Name,
            },
        });
        var node = new NodeDraft(Name);
        node.Allocatable["pods"] = "10000";
        await api.CreateAsync(KubePath.Nodes, node.ToJson());
        await WaitAsync();
    }

    /// <summary>Waits.</summary>
    public async Task WaitAsync()
    {
        var mark = (++_marks).ToString(CultureInfo.InvariantCulture);
        var marker = new PodDraft(Space, $"mark-{mark}") { Labels = new() { ["mark"] = mark } };
        marker.Spec["nodeName"] = Name;
        await api.CreateAsync(KubePath.Pods(Space), marker.ToJson());
        for (var t = 0; t < Tries; t++)
        {
            // A new pod each time: one that was judged too early waits for a second before it is judged again.
            var probe = new PodDraft(Space, string.Create(CultureInfo.InvariantCulture, $"probe-{++_probes}"));
            probe.PinByResource(Name);
            probe.List("volumes").Add(new JsonObject { ["name"] = Name, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = Name } });
            probe.Terms("podAffinity").Add(new JsonObject
            {
                ["topologyKey"] = "kubernetes.io/hostname",
                ["labelSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["mark"] = mark } },
            });
            if ((await verdicts.JudgeAsync(probe.ToJson())).Node == Name) return;
        }

        Assert.Fail($"kube-scheduler does not see marker {mark}");
    }
}
