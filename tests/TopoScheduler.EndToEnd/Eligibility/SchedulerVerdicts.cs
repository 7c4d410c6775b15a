using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>What kube-scheduler says first of a pod after it was created: bound, or unschedulable with its message. Follows all pods with one watch.</summary>
internal sealed class SchedulerVerdicts : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly KubeApi _api;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(string? Node, string Why)>> _awaited = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _following;

    private SchedulerVerdicts(KubeApi api, string version)
    {
        _api = api;
        _following = FollowAsync(version);
    }

    /// <summary>Begins to follow.</summary>
    public static async Task<SchedulerVerdicts> StartAsync(KubeApi api) => new(api, await api.VersionAsync(KubePath.AllPods));

    /// <summary>Creates a pod, waits for the verdict and deletes the pod. Returns the pod as the API server made it, and its node.</summary>
    public async Task<(JsonObject Pod, string? Node, string Why)> JudgeAsync(JsonObject pod)
    {
        var (space, name) = (pod["metadata"]!["namespace"]!.GetValue<string>(), pod["metadata"]!["name"]!.GetValue<string>());
        var awaited = new TaskCompletionSource<(string? Node, string Why)>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[$"{space}/{name}"] = awaited;
        var created = await _api.CreateAsync(KubePath.Pods(space), pod);
        var patience = Task.Delay(Limit, _end.Token);
        if (await Task.WhenAny(awaited.Task, _following, patience) != awaited.Task)
        {
            if (_following.IsFaulted) await _following;
            Assert.Fail($"kube-scheduler said nothing of pod {space}/{name} within {Limit.TotalSeconds} s: {pod.ToJsonString()}");
        }

        var (node, why) = await awaited.Task;
        await _api.DeleteAsync(KubePath.Pod(space, name));
        return (created, node, why);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task FollowAsync(string version)
    {
        await foreach (var change in _api.WatchAsync(KubePath.AllPods, version, _end.Token))
        {
            if (change.Type == "ERROR") throw new InvalidOperationException($"the watch of the pods ended: {change.Object.ToJsonString()}");
            if (change.Type is not ("ADDED" or "MODIFIED") || VerdictOf(change.Object) is not { } verdict) continue;
            var key = $"{change.Object["metadata"]!["namespace"]}/{change.Name}";
            if (_awaited.TryRemove(key, out var awaited)) awaited.SetResult(verdict);
        }

        throw new InvalidOperationException("the API server ended the watch of the pods");
    }

    private static (string? Node, string Why)? VerdictOf(JsonObject pod)
    {
        if (pod["spec"]!["nodeName"] is { } node) return (node.GetValue<string>(), "");
        var said = pod["status"]?["conditions"]?.AsArray().FirstOrDefault(c => c!["type"]!.GetValue<string>() == "PodScheduled");
        if (said is null || said["status"]!.GetValue<string>() != "False") return null;

        // Any other reason is trouble of its own, after which it tries again.
        return said["reason"]!.GetValue<string>() == "Unschedulable" ? (null, said["message"]!.GetValue<string>()) : null;
    }
}
