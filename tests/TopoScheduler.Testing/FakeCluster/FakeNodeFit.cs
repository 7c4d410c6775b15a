using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Testing.FakeCluster;

/// <summary>Why a pod cannot go to a node, in the words of kube-scheduler. Affinity between pods and spreading are not looked at.</summary>
internal static class FakeNodeFit
{
    /// <summary>The first reason; null: it fits.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="node">The node.</param>
    /// <param name="used">What the pods on the node ask for.</param>
    public static string? Reason(JsonObject pod, JsonObject node, IReadOnlyDictionary<string, long> used)
    {
        var spec = pod["spec"] as JsonObject ?? [];
        if ((bool?)node["spec"]?["unschedulable"] == true && !Tolerates(spec, "node.kubernetes.io/unschedulable", "", "NoSchedule"))
        {
            return "node(s) were unschedulable";
        }

        if (!IsReady(node))
        {
            return "node(s) had untolerated taint {node.kubernetes.io/not-ready: }";
        }

        foreach (var taint in node["spec"]?["taints"].Items() ?? [])
        {
            var (key, value, effect) = ((string?)taint["key"] ?? "", (string?)taint["value"] ?? "", (string?)taint["effect"] ?? "");
            if (effect is "NoSchedule" or "NoExecute" && !Tolerates(spec, key, value, effect))
            {
                return $"node(s) had untolerated taint {{{key}: {value}}}";
            }
        }

        return MatchesAffinity(spec, node) ? Lacking(pod, node, used) : "node(s) didn't match Pod's node affinity/selector";
    }

    /// <summary>What a pod asks for: its containers together, or one of its init containers alone where that is more.</summary>
    public static Dictionary<string, long> Requests(JsonObject pod)
    {
        var sum = new Dictionary<string, long> { ["pods"] = 1 };
        foreach (var (name, text) in pod["spec"]?["containers"].Items().SelectMany(Of) ?? [])
        {
            sum[name] = sum.GetValueOrDefault(name) + Amount(name, text);
        }

        foreach (var (name, text) in pod["spec"]?["initContainers"].Items().SelectMany(Of) ?? [])
        {
            sum[name] = Math.Max(sum.GetValueOrDefault(name), Amount(name, text));
        }

        return sum;

        static IEnumerable<(string, string)> Of(JsonObject container)
        {
            // Where only a limit is set the server takes it for the request.
            var requests = container["resources"]?["requests"] as JsonObject ?? container["resources"]?["limits"] as JsonObject ?? [];
            return requests.Select(r => (r.Key, r.Value!.ToString()));
        }
    }

    private static string? Lacking(JsonObject pod, JsonObject node, IReadOnlyDictionary<string, long> used)
    {
        var allocatable = node["status"]?["allocatable"] as JsonObject ?? [];
        foreach (var (name, amount) in Requests(pod).OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            var room = allocatable[name] is { } text ? Amount(name, text.ToString()) : name == "pods" ? 110 : 0;
            if (amount > 0 && used.GetValueOrDefault(name) + amount > room)
            {
                return name == "pods" ? "Too many pods" : $"Insufficient {name}";
            }
        }

        return null;
    }

    private static long Amount(string name, string text) => Quantity.TryParse(text, name == "cpu" ? 1000 : 1, out var amount)
        ? amount
        : throw new FormatException($"{name} is {text}, which is no quantity");

    private static bool IsReady(JsonObject node) =>
        !(node["status"]?["conditions"].Items() ?? []).Any(c => (string?)c["type"] == "Ready" && (string?)c["status"] != "True");

    private static bool Tolerates(JsonObject spec, string key, string value, string effect) => spec["tolerations"].Items().Any(t =>
        (string?)t["effect"] is var e && (string.IsNullOrEmpty(e) || e == effect)
        && (string?)t["key"] is var k && (string.IsNullOrEmpty(k) || k == key)
        && ((string?)t["operator"] == "Exists" || ((string?)t["value"] ?? "") == value));

    private static bool MatchesAffinity(JsonObject spec, JsonObject node)
    {
        var labels = node["metadata"]!["labels"] as JsonObject ?? [];
        if (spec["nodeSelector"] is JsonObject selector && selector.Any(s => (string?)labels[s.Key] != (string?)s.Value))
        {
            return false;
        }

        return spec["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"] is not JsonObject required
            || required["nodeSelectorTerms"].Items().Any(term => MatchesTerm(term, labels, node.Name()));
    }

    // A term without requirements means no node.
    private static bool MatchesTerm(JsonObject term, JsonObject labels, string name)
    {
        var (expressions, fields) = (term["matchExpressions"].Items().ToArray(), term["matchFields"].Items().ToArray());
        return expressions.Length + fields.Length > 0
            && expressions.All(e => Matches(e, (string?)labels[(string)e["key"]!]))
            && fields.All(f => Matches(f, (string?)f["key"] == "metadata.name" ? name : null));
    }

    private static bool Matches(JsonObject requirement, string? value)
    {
        var values = (requirement["values"] as JsonArray ?? []).Select(v => (string)v!).ToArray();
        return (string?)requirement["operator"] switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Number(value) > Number(values[0]),
            "Lt" => Number(value) < Number(values[0]),
            var other => throw new FormatException($"{other} is no operator"),
        };
    }

    private static long? Number(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
