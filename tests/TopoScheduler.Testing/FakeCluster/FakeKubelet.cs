using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Testing.FakeCluster;

/// <summary>The kubelets of all nodes: what happens to pods on them happens when the test says so. A pod that is on no node they do not know.</summary>
public sealed class FakeKubelet
{
    private readonly FakeObjects _objects;
    private readonly FakeCaller _caller;

    /// <summary>Of some objects.</summary>
    public FakeKubelet(FakeObjects objects) => (_objects, _caller) = (objects, new(objects));

    /// <summary>Starts one pod that was bound, or ends one whose end was asked for; false when there was nothing to do.</summary>
    public bool Step() => _objects.Atomically(() =>
    {
        var pods = _objects.All(FakeCaller.Pods, null).Objects.Where(p => p.Node().Length > 0).ToArray();
        if (pods.FirstOrDefault(p => p.IsTerminating()) is { } ending)
        {
            return _objects.Finish(FakeCaller.Pods, ending.Namespace()!, ending.Name());
        }

        return pods.FirstOrDefault(p => p.Phase() == "Pending") is { } waiting && Start(waiting.Namespace()!, waiting.Name());
    });

    /// <summary>A pod runs; false when it is on no node or over.</summary>
    public bool Start(string ns, string name) => SetPhase(ns, name, "Running", null);

    /// <summary>A pod has done its work; false when it is on no node or over.</summary>
    public bool Succeed(string ns, string name) => SetPhase(ns, name, "Succeeded", null);

    /// <summary>A pod fails; false when it is on no node or over.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="reason">As <c>Evicted</c> or <c>OutOfcpu</c>; null: its program failed.</param>
    public bool Fail(string ns, string name, string? reason = null) => SetPhase(ns, name, "Failed", reason);

    /// <summary>A node is heard of, or not any more.</summary>
    public void SetReady(string node, bool ready) => _caller.PatchStatus(FakeCaller.PathOf(FakeCaller.Nodes, null, node), new()
    {
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "Unknown", ["lastTransitionTime"] = _objects.Now() }),
    });

    private bool SetPhase(string ns, string name, string phase, string? reason) => _objects.Atomically(() =>
    {
        if (_objects.Find(FakeCaller.Pods, ns, name) is not { } pod || pod.Node().Length == 0 || pod.IsOver())
        {
            return false;
        }

        var ready = new JsonObject { ["type"] = "Ready", ["status"] = phase == "Running" ? "True" : "False", ["lastTransitionTime"] = _objects.Now() };
        var status = new JsonObject { ["phase"] = phase, ["conditions"] = new JsonArray(ready) };
        if (reason is not null)
        {
            status["reason"] = reason;
        }

        return _caller.PatchStatus(FakeCaller.PathOf(FakeCaller.Pods, pod), status).Code == 200;
    });
}
