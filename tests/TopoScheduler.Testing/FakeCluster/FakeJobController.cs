using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Testing.FakeCluster;

/// <summary>
/// The Job controller for Jobs of completion mode Indexed, with the garbage collector for their pods; one change a step. As the real one does by default
/// it replaces a pod as soon as its end is asked for, so that two of one index may be there. Its pods carry no finalizers of their own: what was
/// deleted does not count as failed.
/// </summary>
public sealed class FakeJobController
{
    private const string IndexKey = "batch.kubernetes.io/job-completion-index";

    private readonly FakeObjects _objects;
    private readonly FakeCaller _caller;

    /// <summary>Of some objects; names are drawn by their seed.</summary>
    public FakeJobController(FakeObjects objects) => (_objects, _caller) = (objects, new(objects));

    /// <summary>What a mutating webhook makes of a new pod; null: nothing.</summary>
    public Action<JsonObject>? Admit { get; set; }

    /// <summary>Creates or deletes one pod, or writes one status; false when there was nothing to do.</summary>
    public bool Step() => _objects.Atomically(() =>
    {
        var jobs = _objects.All(FakeCaller.Jobs, null).Objects;
        var pods = _objects.All(FakeCaller.Pods, null).Objects.Where(p => OwnerOf(p) is not null).ToArray();
        var uids = jobs.Select(j => j.Uid()).ToHashSet();
        if (pods.FirstOrDefault(p => !uids.Contains(OwnerOf(p)!) && !p.IsTerminating()) is { } orphan)
        {
            return Delete(orphan);
        }

        var byOwner = pods.ToLookup(OwnerOf);
        return jobs.Any(job => Step(job, [.. byOwner[job.Uid()]]));
    });

    /// <summary>Steps until there is nothing to do.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    private static string? OwnerOf(JsonObject pod) =>
        (string?)pod["metadata"]!["ownerReferences"].Items().FirstOrDefault(o => (string?)o["kind"] == "Job" && (bool?)o["controller"] == true)?["uid"];

    private static string IndexOf(JsonObject pod) => (string?)pod["metadata"]!["annotations"]?[IndexKey] ?? "";

    private static string? FinishOf(JsonObject job) =>
        (string?)(job["status"]?["conditions"].Items() ?? []).FirstOrDefault(c => (string?)c["type"] is "Complete" or "Failed" && (string?)c["status"] == "True")?["type"];

    private bool Step(JsonObject job, JsonObject[] pods)
    {
        var spec = job["spec"] as JsonObject ?? [];
        if (job.IsTerminating() || (string?)spec["completionMode"] != "Indexed")
        {
            return false;
        }

        var active = pods.Where(p => !p.IsOver() && !p.IsTerminating()).ToArray();
        var indexes = Enumerable.Range(0, (int)(spec["completions"].Whole() ?? 1)).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var done = pods.Where(p => p.Phase() == "Succeeded").Select(IndexOf).Intersect(indexes).ToHashSet();
        var failures = pods.Count(p => p.Phase() == "Failed");
        var finish = FinishOf(job) ?? (done.Count == indexes.Length ? "Complete" : failures > (spec["backoffLimit"].Whole() ?? 6) ? "Failed" : null);
        var extra = finish is not null || (bool?)spec["suspend"] == true
            ? active
            : [.. active.GroupBy(IndexOf).SelectMany(g => indexes.Contains(g.Key) && !done.Contains(g.Key) ? g.Skip(1) : g)];
        if (extra.Length > 0)
        {
            return Delete(extra[0]);
        }

        var missing = finish is null && (bool?)spec["suspend"] != true && active.Length < (spec["parallelism"].Whole() ?? 1)
            ? indexes.Except(done).Except(active.Select(IndexOf)).FirstOrDefault()
            : null;
        return missing is not null ? Create(job, spec, missing) : Tell(job, active.Length, done.Count, failures, finish);
    }

    private bool Create(JsonObject job, JsonObject spec, string index)
    {
        var pod = (JsonObject)(spec["template"]?.DeepClone() ?? new JsonObject());
        var metadata = (JsonObject)(pod["metadata"] ??= new JsonObject());
        var labels = (JsonObject)(metadata["labels"] ??= new JsonObject());
        foreach (var (key, value) in ((string, string)[])[("job-name", job.Name()), ("controller-uid", job.Uid())])
        {
            labels[key] = value;
            labels["batch.kubernetes.io/" + key] = value;
        }

        labels[IndexKey] = index;
        ((JsonObject)(metadata["annotations"] ??= new JsonObject()))[IndexKey] = index;
        metadata["generateName"] = $"{job.Name()}-{index}-";
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["name"] = job.Name(),
            ["uid"] = job.Uid(),
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        });
        ((JsonObject)(pod["spec"] ??= new JsonObject()))["hostname"] = $"{job.Name()}-{index}";
        Admit?.Invoke(pod);
        var answer = _caller.Post(FakeCaller.PathOf(FakeCaller.Pods, job.Namespace(), ""), pod);
        return answer.Code == 201 ? true : throw new InvalidOperationException($"No pod for index {index} of {job.Name()}: {answer.Body().ToJsonString()}");
    }

    private bool Delete(JsonObject pod) => _caller.Delete(FakeCaller.PathOf(FakeCaller.Pods, pod), pod.Uid()).Code == 200;

    private bool Tell(JsonObject job, int active, int succeeded, int failed, string? finish)
    {
        var known = job["status"];
        if ((known?["active"].Whole() ?? 0, known?["succeeded"].Whole() ?? 0, known?["failed"].Whole() ?? 0, FinishOf(job)) == (active, succeeded, failed, finish))
        {
            return false;
        }

        var status = new JsonObject { ["active"] = active, ["succeeded"] = succeeded, ["failed"] = failed, ["startTime"] = (string?)known?["startTime"] ?? _objects.Now() };
        if (finish is not null && FinishOf(job) is null)
        {
            status["conditions"] = new JsonArray(new JsonObject { ["type"] = finish, ["status"] = "True", ["lastTransitionTime"] = _objects.Now() });
            if (finish == "Complete")
            {
                status["completionTime"] = _objects.Now();
            }
        }

        return _caller.MergeStatus(FakeCaller.PathOf(FakeCaller.Jobs, job), status).Code == 200;
    }
}
