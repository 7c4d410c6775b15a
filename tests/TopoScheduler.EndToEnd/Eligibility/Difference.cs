using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>A case on which the verdicts differ, in full.</summary>
internal static class Difference
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Both verdicts, the pod with no more than it takes, and its scene.</summary>
    public static string Show(EligibilityCase item, Verdict ours, Verdict theirs, JsonObject reduced)
    {
        var text = new StringBuilder().AppendLine($"=== scene {item.Scene.Name} ({string.Join(" and ", item.Scene.Features.Select(f => f.Name))}), node {item.Node}");
        text.AppendLine($"kube-scheduler: {Words(theirs)}").AppendLine($"the engine:     {Words(ours)}").AppendLine("the pod, reduced:").AppendLine(reduced.ToJsonString(Indented)).AppendLine($"the pod: {item.Pod.ToJsonString()}");
        foreach (var node in item.Scene.Nodes) text.AppendLine($"node {(node.Name == item.Node ? "(this one) " : "")}{node.ToJson().ToJsonString()}");
        foreach (var pod in item.Scene.Pods) text.AppendLine($"pod ({pod.Fate}) {pod.ToJson().ToJsonString()}");
        foreach (var volume in item.Scene.Volumes.Where(v => Uses(item.Pod, v))) text.AppendLine($"volume {volume.ToJsonString()}");
        return text.ToString();
    }

    private static bool Uses(JsonObject pod, JsonObject volume) =>
        pod["spec"]!["volumes"]?.AsArray().Any(v => v!["persistentVolumeClaim"]?["claimName"]?.GetValue<string>() == volume["metadata"]!["name"]!.GetValue<string>()) ?? false;

    private static string Words(Verdict verdict) => $"{(verdict.Fits ? "fits" : "does not fit")} {verdict.Why}";
}
