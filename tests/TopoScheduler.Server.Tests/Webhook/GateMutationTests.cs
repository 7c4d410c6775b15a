using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Server.Webhook;

namespace TopoScheduler.Server.Tests.Webhook;

public sealed class GateMutationTests
{
    private const string Gate = "toposcheduler.io/gang";
    private static readonly GateMutation Mutation = new(new ManagedPods { OwnNamespace = "topo" });

    public static TheoryData<string, string, bool> Pods => new()
    {
        // What is different about a pod with 8 GPUs for default-scheduler.
        { "plain", "ml", true },
        { "no gpus", "ml", false },
        { "zero gpus", "ml", false },
        { "amd.com/gpu", "ml", true },
        { "nvidia.com/mig-3g.40gb", "ml", true },
        { "gpu.intel.com/xe", "ml", true },
        { "gpu.intel.com/i915_monitoring", "ml", false },
        { "habana.ai/gaudi", "ml", true },
        { "aws.amazon.com/neuron", "ml", true },
        { "google.com/tpu", "ml", true },
        { "example.com/nic", "ml", false },
        { "only requests", "ml", true },
        { "only init container", "ml", true },
        { "gang annotation", "ml", true },
        { "no spec", "ml", false },
        { "plain", "kube-system", false },
        { "plain", "kube-public", false },
        { "plain", "kube-node-lease", false },
        { "plain", "topo", false },
        { "node name", "ml", false },
        { "mirror", "ml", false },
        { "daemon set", "ml", false },
        { "replica set", "ml", true },
        { "other scheduler", "ml", false },
        { "topo-scheduler", "ml", true },
        { "no scheduler", "ml", true },
        { "manage false", "ml", false },
        { "manage true", "ml", true },
        { "gated by author", "ml", false },
        { "other gate", "ml", true },
        { "empty gates", "ml", true },
        { "null gates", "ml", true },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public void Answer_NewPod_HasTheGateExactlyWhenManaged(string what, string ns, bool managed)
    {
        var pod = PodThat(what);
        var before = GatesOf(pod);

        var answer = Mutation.Answer(Review.OfPod(pod, ns).Read());

        Assert.Null(answer.Denial);
        Assert.Equal(managed, !answer.Patch.IsEmpty);
        if (!managed) return;
        var patched = JsonPatch.Apply(pod, answer.Patch.Span);
        Assert.Equal([.. before, Gate], GatesOf(patched));

        // Nothing else has changed, and a second look changes nothing.
        patched["spec"]!.AsObject().Remove("schedulingGates");
        pod["spec"]!.AsObject().Remove("schedulingGates");
        Assert.True(JsonNode.DeepEquals(pod, patched));
    }

    [Fact]
    public void Answer_PatchedPod_IsNotPatchedAgain()
    {
        var pod = Review.Pod();
        var patched = JsonPatch.Apply(pod, Mutation.Answer(Review.OfPod(pod).Read()).Patch.Span).AsObject();

        Assert.Equal(AdmissionAnswer.Allowed, Mutation.Answer(Review.OfPod(patched).Read()));
    }

    [Theory]
    [InlineData("ml", true)]
    [InlineData("web", false)]
    [InlineData("kube-system", false)]
    public void Answer_SelectedNamespaces_AreTheOnlyOnes(string ns, bool managed)
    {
        var mutation = new GateMutation(new ManagedPods { OwnNamespace = "topo", Namespaces = ["ml", "kube-system"] });

        Assert.Equal(managed, !mutation.Answer(Review.OfPod(Review.Pod(), ns).Read()).Patch.IsEmpty);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "apps")]
    [InlineData("v1", "Service", "")]
    public void Answer_OtherKind_IsAllowedWithAWarning(string apiVersion, string kind, string group)
    {
        var review = Review.Of(new() { ["apiVersion"] = apiVersion, ["kind"] = kind }, kind, "others");
        review["request"]!["kind"]!["group"] = group;

        var answer = Mutation.Answer(review.Read());

        Assert.Null(answer.Denial);
        Assert.True(answer.Patch.IsEmpty);
        Assert.EndsWith($"{kind}.", answer.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_UpdateOrPartOfAPod_IsLeftAlone()
    {
        var update = Review.OfPod(Review.Pod());
        update["request"]!["operation"] = "UPDATE";
        var status = Review.Of(Review.Pod(), "Pod", "pods", "status");

        Assert.Equal(AdmissionAnswer.Allowed, Mutation.Answer(update.Read()));
        Assert.Equal(AdmissionAnswer.Allowed, Mutation.Answer(status.Read()));
    }

    private static List<string> GatesOf(JsonNode pod) => [.. (pod["spec"]?["schedulingGates"] as JsonArray ?? []).Select(g => (string)g!["name"]!)];

    private static JsonObject PodThat(string what)
    {
        var pod = Review.Pod(gpus: what == "zero gpus" ? 0 : 8);
        var (metadata, spec) = (pod["metadata"]!, pod["spec"]!);
        var main = spec["containers"]![0]!;
        switch (what)
        {
            case "no gpus" or "gang annotation":
                main["resources"] = new JsonObject();
                if (what == "gang annotation") metadata["annotations"]![Gate] = "llama";
                break;
            case "only requests":
                main["resources"] = new JsonObject { ["requests"] = new JsonObject { ["nvidia.com/gpu"] = "1" } };
                break;
            case "only init container":
                spec["initContainers"] = new JsonArray(main.DeepClone());
                main["resources"] = new JsonObject();
                break;
            case "no spec":
                pod.Remove("spec");
                metadata["annotations"]![Gate] = "llama";
                break;
            case "node name":
                pod.On("n1");
                break;
            case "mirror":
                metadata["annotations"]!["kubernetes.io/config.mirror"] = "5f1b";
                break;
            case "daemon set" or "replica set":
                metadata["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = what == "daemon set" ? "DaemonSet" : "ReplicaSet", ["controller"] = true });
                break;
            case "other scheduler" or "topo-scheduler":
                spec["schedulerName"] = what;
                break;
            case "no scheduler":
                spec.AsObject().Remove("schedulerName");
                break;
            case "manage false" or "manage true":
                metadata["annotations"]!["toposcheduler.io/manage"] = what[7..];
                break;
            case "gated by author" or "other gate":
                spec["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = what == "other gate" ? "example.com/quota" : Gate });
                break;
            case "empty gates":
                spec["schedulingGates"] = new JsonArray();
                break;
            case "null gates":
                spec["schedulingGates"] = null;
                break;
            case var resource when resource.Contains('/', StringComparison.Ordinal):
                main["resources"] = Review.Limits(resource, 1);
                break;
        }

        return pod;
    }
}
