using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Server.Webhook;

namespace TopoScheduler.Server.Tests.Webhook;

/// <summary>Reviews as the API server sends them, and what it reads from the answers.</summary>
internal static class Review
{
    /// <summary>A pod that asks for GPUs.</summary>
    public static JsonObject Pod(string name = "trainer-0", int gpus = 8, string? uid = null) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "ml", ["uid"] = uid ?? $"uid-{name}", ["annotations"] = new JsonObject() },
        ["spec"] = new JsonObject
        {
            ["schedulerName"] = "default-scheduler",
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["resources"] = Limits("nvidia.com/gpu", gpus) }),
        },
    };

    /// <summary>Resources with one limit.</summary>
    public static JsonObject Limits(string resource, int amount) => new() { ["limits"] = new JsonObject { [resource] = $"{amount}" } };

    /// <summary>The same pod with a node.</summary>
    public static JsonObject On(this JsonObject pod, string node)
    {
        pod["spec"]!["nodeName"] = node;
        return pod;
    }

    /// <summary>The review of a pod that is created.</summary>
    public static JsonObject OfPod(JsonObject pod, string ns = "ml", bool dryRun = false) => Of(pod, "Pod", "pods", null, ns, dryRun);

    /// <summary>The review of a Binding.</summary>
    public static JsonObject OfBinding(string pod, string node, bool dryRun = false, string user = "system:serviceaccount:x:other")
    {
        var binding = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = pod, ["namespace"] = "ml", ["uid"] = $"uid-{pod}" },
            ["target"] = new JsonObject { ["kind"] = "Node", ["name"] = node },
        };
        var review = Of(binding, "Binding", "pods", "binding", "ml", dryRun);
        review["request"]!["userInfo"]!["username"] = user;
        return review;
    }

    /// <summary>A review.</summary>
    public static JsonObject Of(JsonObject obj, string kind, string plural, string? part = null, string ns = "ml", bool dryRun = false)
    {
        var request = new JsonObject
        {
            ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002",
            ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = kind },
            ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = plural },
            ["namespace"] = ns,
            ["name"] = obj["metadata"]?["name"]?.DeepClone(),
            ["operation"] = "CREATE",
            ["userInfo"] = new JsonObject { ["username"] = "system:kube-controller-manager" },
            ["object"] = obj.DeepClone(),
            ["oldObject"] = null,
            ["dryRun"] = dryRun,
        };
        if (part is not null) request["subResource"] = part;
        return new() { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    /// <summary>The bytes on the wire.</summary>
    public static byte[] Bytes(this JsonObject review) => Encoding.UTF8.GetBytes(review.ToJsonString());

    /// <summary>The review as the server reads it.</summary>
    public static AdmissionRequest Read(this JsonObject review) => AdmissionRequest.Read(review.Bytes());
}
