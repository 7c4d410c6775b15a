using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>Takes away from a pod whatever the difference does not need, and has both judge it again each time.</summary>
internal sealed class CaseReducer(EngineVerdicts engine, SchedulerVerdicts verdicts, SchedulerSight sight)
{
    private const int Most = 150;

    private int _attempts;

    /// <summary>The smallest pod found on which they differ; the pod itself if they no longer do.</summary>
    public async Task<JsonObject> ReduceAsync(EligibilityCase item)
    {
        var (pod, budget) = (item.Pod.DeepClone().AsObject(), Most);
        for (var reduced = true; reduced && budget > 0;)
        {
            reduced = false;
            for (var p = Parts(pod["spec"]!).Count - 1; p >= 0 && budget > 0; p--)
            {
                // From the end, so that the parts not yet tried keep their numbers.
                var parts = Parts(pod["spec"]!);
                if (p >= parts.Count || IsLast(parts[p])) continue;
                var smaller = Without(pod, parts[p].GetPath());
                budget--;
                if (!await DifferAsync(smaller, item.Node)) continue;
                (pod, reduced) = (smaller, true);
            }
        }

        return pod;
    }

    private static JsonObject Without(JsonObject pod, string path)
    {
        var copy = pod.DeepClone().AsObject();
        var part = Parts(copy["spec"]!).Single(n => n.GetPath() == path);
        if (part.Parent is JsonArray list) list.Remove(part);
        else part.Parent!.AsObject().Remove(part.GetPropertyName());
        return copy;
    }

    // What holds a single part goes as a whole: an empty selector means something else.
    private static bool IsLast(JsonNode part) => part.Parent is JsonArray { Count: 1 } or JsonObject { Count: 1 };

    private static List<JsonNode> Parts(JsonNode node)
    {
        var inside = node switch
        {
            JsonObject map => map.Select(m => m.Value),
            JsonArray list => list,
            _ => [],
        };
        return [.. inside.OfType<JsonNode>().SelectMany(n => Parts(n).Prepend(n))];
    }

    // A pod that the API server refuses, or that may now go elsewhere, is no example.
    private async Task<bool> DifferAsync(JsonObject pod, string node)
    {
        var copy = pod.DeepClone().AsObject();
        copy["metadata"]!["name"] = string.Create(CultureInfo.InvariantCulture, $"reduced-{_attempts++}");
        try
        {
            var (created, bound, why) = await verdicts.JudgeAsync(copy);
            await sight.WaitAsync();
            return (bound is null || bound == node) && engine.Judge(created, node).IsOtherThan(new(bound is not null, why));
        }
        catch (KubeApiException)
        {
            return false;
        }
    }
}
