using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Kubernetes.Tests.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Placements;

/// <summary>The one patch that lets a pod go, as an API server takes it.</summary>
public sealed class GateReleaseTests : IDisposable
{
    private const string Ours = "toposcheduler.io/gang";
    private static readonly KeyValuePair<string, string>[] Written = [new("toposcheduler.io/placement", "3/8"), new("toposcheduler.io/rank", "24")];

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Patch_AnyPod_PinsEveryTermAndKeepsTheRest()
    {
        var (several, fields, bare) = (0, 0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var before = Create($"p{seed}", random);
            var known = Terms(before);
            if (known.Count > 1) several++;
            if (known.Count == 0) bare++;
            if (known.Any(t => t["matchFields"] is not null)) fields++;

            var after = Send(GangPodOf(before), "n-7", Written).Is(200).Body;

            var next = Terms(after);
            Assert.Equal(Math.Max(known.Count, 1), next.Count);
            for (var t = 0; t < next.Count; t++)
            {
                Assert.Equal(Items(t < known.Count ? known[t]["matchExpressions"] : null), Items(next[t]["matchExpressions"]));
                Assert.Equal([.. Items(t < known.Count ? known[t]["matchFields"] : null), Pin("n-7")], Items(next[t]["matchFields"]));
            }

            Assert.Equal([.. Annotations(before), .. Written.Select(w => $"{w.Key}={w.Value}")], Annotations(after));
            Assert.DoesNotContain(Ours, Gates(after));
            Assert.Equal(Gates(before).Where(g => g != Ours), Gates(after));
            AssertNothingElse(before, after);
            var read = GangPodOf(after);
            Assert.Equal((false, "n-7", 3, 8), (read.Gated, read.PinnedNode, read.Member, read.GangSize));
        }

        Assert.True(several > 100 && fields > 100 && bare > 50, $"{several} with several terms, {fields} with fields, {bare} without terms");
    }

    [Fact]
    public void Patch_SentTwice_ChangesNothing()
    {
        var before = Create("p", new(4));
        var pod = GangPodOf(before);
        var first = Send(pod, "n-7", Written).Is(200).Body;

        var second = Send(pod, "n-7", Written).Is(200).Body;

        Assert.True(JsonNode.DeepEquals(first, second), $"{first.ToJsonString()} became {second.ToJsonString()}");
    }

    [Fact]
    public void Patch_WithoutANode_OnlyTakesTheGateOff()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var before = Create($"p{seed}", new(seed));

            var after = Send(GangPodOf(before), null, []).Is(200).Body;

            Assert.Equal(Gates(before).Where(g => g != Ours), Gates(after));
            Assert.True(JsonNode.DeepEquals(before["spec"]!["affinity"], after["spec"]!["affinity"]));
            Assert.Equal(Annotations(before), Annotations(after));
            AssertNothingElse(before, after);
        }
    }

    // A pod of the same name that was made again is not the one the plan is for.
    [Fact]
    public void Patch_PodWasMadeAgain_IsRefusedAndChangesNothing()
    {
        var old = GangPodOf(Create("p", new(1)));
        Assert.True(_desk.Objects.Delete(Desk.Pods, "ml", "p"));
        var next = Create("p", new(1));
        Assert.NotEqual(old.Uid, (string?)next["metadata"]!["uid"]);

        Assert.Equal("metadata.uid", (string?)Send(old, "n-7", Written).Is(422, "Invalid").Body["details"]!["causes"]![0]!["field"]);

        Assert.True(JsonNode.DeepEquals(next, _desk.Get($"{Desk.PodsOf}/p").Body));
    }

    // A term without requirements means no node. The API server takes nothing more in it, and the pod is pinned all the same.
    [Fact]
    public void Patch_TermWithoutRequirements_LeavesItAlone()
    {
        var spec = """
            "schedulingGates":[{"name":"toposcheduler.io/gang"}],"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":
            [{},{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}]},{"matchExpressions":[],"matchFields":[]}]}}}
            """;
        var pod = GangPodOf(_desk.Pod("p", spec).Is(201).Body);

        var after = Send(pod, "n-7", Written).Is(200).Body;

        Assert.Equal([[], [Pin("n-7")], []], Terms(after).Select(t => Items(t["matchFields"])));
        Assert.Equal("n-7", GangPodOf(after).PinnedNode);
    }

    private Reply Send(GangPod pod, string? node, KeyValuePair<string, string>[] annotations) =>
        _desk.Send("PATCH", $"{Desk.PodsOf}/{pod.Name}", Encoding.UTF8.GetString(GateRelease.Patch(pod, node, annotations).Span), Desk.StrategicMergePatch);

    private static GangPod GangPodOf(JsonObject pod) => GangPod.Read(RandomPlacements.TreeOf(Encoding.UTF8.GetBytes(pod.ToJsonString()))!)!;

    // A pod with our gate, and with whatever else its owner may have wished.
    private JsonObject Create(string name, Random random)
    {
        var terms = new JsonArray();
        for (var t = random.Next(4); t > 0; t--) terms.Add(Term(random));
        var nodes = new JsonObject();
        if (terms.Count > 0) nodes["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject { ["nodeSelectorTerms"] = terms };
        if (random.Next(2) == 0)
        {
            var preference = new JsonObject { ["matchExpressions"] = new JsonArray(Requirement("disk", "Exists")) };
            nodes["preferredDuringSchedulingIgnoredDuringExecution"] = new JsonArray(new JsonObject { ["weight"] = 5, ["preference"] = preference });
        }

        var affinity = new JsonObject();
        if (nodes.Count > 0) affinity["nodeAffinity"] = nodes;
        if (random.Next(2) == 0) affinity["podAffinity"] = new JsonObject { ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonArray(new JsonObject { ["topologyKey"] = "zone" }) };
        var gates = new List<string> { Ours };
        for (var g = random.Next(3); g > 0; g--) gates.Insert(random.Next(gates.Count + 1), $"example.com/gate-{g}");
        var spec = new JsonObject
        {
            ["schedulingGates"] = new JsonArray([.. gates.Select(g => new JsonObject { ["name"] = g })]),
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "c", ["image"] = "i" }),
            ["nodeSelector"] = new JsonObject { ["pool"] = "gpu" },
        };
        if (affinity.Count > 0) spec["affinity"] = affinity;
        var metadata = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = "x" } };
        if (random.Next(2) == 0) metadata["annotations"] = new JsonObject { ["example.com/\u00e9"] = "kept: \"yes\"", ["note"] = "" };
        return _desk.Post(Desk.PodsOf, new JsonObject { ["metadata"] = metadata, ["spec"] = spec }.ToJsonString()).Is(201).Body;
    }

    private static JsonObject Term(Random random)
    {
        JsonObject[] expressions = [Requirement("zone", "In", "a", "b"), Requirement("arch", "NotIn", "arm"), Requirement("gpu", "Exists"), Requirement("cores", "Gt", "007")];
        var term = new JsonObject();
        var count = random.Next(4);
        random.Shuffle(expressions);
        if (count > 0) term["matchExpressions"] = new JsonArray([.. expressions[..count]]);
        if (count == 0 || random.Next(3) == 0) term["matchFields"] = new JsonArray(Requirement("metadata.name", "NotIn", "n-3"));
        return term;
    }

    private static JsonObject Requirement(string key, string means, params string[] values)
    {
        var requirement = new JsonObject { ["key"] = key, ["operator"] = means };
        if (values.Length > 0) requirement["values"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]);
        return requirement;
    }

    private static string Pin(string node) => Requirement("metadata.name", "In", node).ToJsonString();

    private static List<JsonObject> Terms(JsonObject pod) =>
        [.. (pod["spec"]!["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]?["nodeSelectorTerms"] as JsonArray ?? []).Select(t => (JsonObject)t!)];

    private static string[] Items(JsonNode? list) => [.. (list as JsonArray ?? []).Select(i => i!.ToJsonString())];

    private static string[] Gates(JsonObject pod) => [.. (pod["spec"]!["schedulingGates"] as JsonArray ?? []).Select(g => (string)g!["name"]!)];

    private static string[] Annotations(JsonObject pod) => [.. (pod["metadata"]!["annotations"] as JsonObject ?? []).Select(a => $"{a.Key}={a.Value}")];

    private static void AssertNothingElse(JsonObject before, JsonObject after)
    {
        var (was, became) = (Rest(before), Rest(after));
        Assert.True(JsonNode.DeepEquals(was, became), $"{was.ToJsonString()} became {became.ToJsonString()}");
    }

    // All but gates, annotations, required node affinity, and what the server writes itself.
    private static JsonObject Rest(JsonObject pod)
    {
        var rest = (JsonObject)pod.DeepClone();
        rest.Remove("status");
        foreach (var key in (string[])["annotations", "resourceVersion", "managedFields", "generation"]) ((JsonObject)rest["metadata"]!).Remove(key);
        var spec = (JsonObject)rest["spec"]!;
        spec.Remove("schedulingGates");
        if (spec["affinity"] is not JsonObject affinity) return rest;
        (affinity["nodeAffinity"] as JsonObject)?.Remove("requiredDuringSchedulingIgnoredDuringExecution");
        if (affinity["nodeAffinity"] is JsonObject { Count: 0 }) affinity.Remove("nodeAffinity");
        if (affinity.Count == 0) spec.Remove("affinity");
        return rest;
    }
}
