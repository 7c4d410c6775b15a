using System.Text.Json.Nodes;

namespace TopoScheduler.Kubernetes.Tests.FakeApi;

public sealed class GatedPodTests : IDisposable
{
    private const string Path = Desk.PodsOf + "/p";
    private const string Gates = """ "schedulingGates":[{"name":"a/gang"},{"name":"b/quota"}] """;
    private const string Terms = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Create_WithGates_SaysThatTheyHoldIt()
    {
        var pod = _desk.Pod("p").Is(201).Body;
        var condition = pod["status"]!["conditions"]![0]!;
        Assert.Equal(("PodScheduled", "False", "SchedulingGated"), ((string?)condition["type"], (string?)condition["status"], (string?)condition["reason"]));
        Assert.Equal("Pending", (string?)pod["status"]!["phase"]);

        var refused = _desk.Pod("q", Gates + ",\"nodeName\":\"n1\"").Is(422, "Invalid");
        Assert.Equal("Pod \"q\" is invalid: spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared", refused.Message);
        _desk.Pod("q", """ "schedulingGates":[{"name":"a"},{"name":"a"}] """).Is(422, "Invalid");
    }

    [Fact]
    public void Gates_AreRemoved_AndNeverAdded()
    {
        _desk.Pod("p");
        var reply = _desk.Json(Path, """[{"op":"add","path":"/spec/schedulingGates/-","value":{"name":"c/new"}}]""").Is(422, "Invalid");
        Assert.Equal("Pod \"p\" is invalid: spec.schedulingGates[2].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c/new'", reply.Message);
        var cause = reply.Body["details"]!["causes"]![0]!;
        Assert.Equal(("FieldValueForbidden", "spec.schedulingGates[2].name", "Pod"), ((string?)cause["reason"], (string?)cause["field"], (string?)reply.Body["details"]!["kind"]));
        _desk.Json(Path, """[{"op":"replace","path":"/spec/schedulingGates/0/name","value":"c/new"}]""").Is(422, "Invalid");

        _desk.Json(Path, """[{"op":"test","path":"/spec/schedulingGates/0/name","value":"a/gang"},{"op":"remove","path":"/spec/schedulingGates/0"}]""").Is(200);
        Assert.Equal("""[{"name":"b/quota"}]""", _desk.Get(Path).Body["spec"]!["schedulingGates"]!.ToJsonString());
        Assert.Null(_desk.Merge(Path, """{"spec":{"schedulingGates":[]}}""").Is(200).Body["spec"]!["schedulingGates"]);
        _desk.Merge(Path, """{"spec":{"schedulingGates":[{"name":"b/quota"}]}}""").Is(422, "Invalid");
    }

    // The pod as it was decides: one patch may pin it and let it go.
    [Fact]
    public void OnePatch_PinsAndUngates_ThenNothingMoves()
    {
        _desk.Pod("p");
        var body = _desk.Json(Path, $$"""
            [{"op":"test","path":"/spec/schedulingGates","value":[{"name":"a/gang"},{"name":"b/quota"}]},
             {"op":"remove","path":"/spec/schedulingGates"},
             {"op":"add","path":"/spec/affinity","value":{{Pin("n1")}}}]
            """).Is(200).Body;
        Assert.Equal(JsonNode.Parse(Pin("n1"))!.ToJsonString(), body["spec"]!["affinity"]!.ToJsonString());

        foreach (var patch in (string[])[Affinity(Pin("n2")), """{"spec":{"affinity":null}}""", """{"spec":{"nodeSelector":{"a":"b"}}}""", """{"spec":{"priority":7}}"""])
        {
            var refused = _desk.Merge(Path, patch).Is(422, "Invalid");
            Assert.StartsWith("Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than", refused.Message, StringComparison.Ordinal);
        }

        _desk.Merge(Path, """{"metadata":{"labels":{"x":"y"},"annotations":{"x":"y"}}}""").Is(200);
    }

    [Theory]
    [InlineData("""{"a":"1"}""", """{"b":"2"}""", 200)]
    [InlineData("""{"a":"1"}""", """{"a":"2"}""", 422)]
    [InlineData("""{"a":"1"}""", """{"a":null}""", 422)]
    [InlineData("""{"a":"1"}""", """{"a":"1"}""", 200)]
    [InlineData("""{}""", """{"a":"1"}""", 200)]
    public void NodeSelector_OfAGatedPod_OnlyGains(string known, string patch, int code)
    {
        _desk.Pod("p", $"\"nodeSelector\":{known},{Gates}");
        var reply = _desk.Merge(Path, "{\"spec\":{\"nodeSelector\":" + patch + "}}").Is(code, code == 200 ? "" : "Invalid");
        Assert.Equal(code == 422, reply.Message.Contains("only additions to spec.nodeSelector are allowed (no mutations or deletions)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "A", "")]
    [InlineData("", "A|B", "")]
    [InlineData("A", "A", "")]
    [InlineData("A", "A+B", "")]
    [InlineData("A", "A+N", "")]
    [InlineData("N", "N+A", "")]
    [InlineData("A+B", "A+B+N", "")]
    [InlineData("A|B", "A+N|B+N", "")]
    [InlineData("A", "B", "[0]: Invalid value: *: only additions are allowed (no mutations or deletions)")]
    [InlineData("A", "B+A", "[0]: Invalid value: *: only additions are allowed (no mutations or deletions)")]
    [InlineData("A+B", "A", "[0]: Invalid value: *: only additions are allowed (no mutations or deletions)")]
    [InlineData("N", "M", "[0]: Invalid value: *: only additions are allowed (no mutations or deletions)")]
    [InlineData("A|B", "A|A", "[1]: Invalid value: *: only additions are allowed (no mutations or deletions)")]
    [InlineData("A", "A|B", ": Invalid value: *: no additions/deletions to non-empty NodeSelectorTerms list are allowed")]
    [InlineData("A|B", "A", ": Invalid value: *: no additions/deletions to non-empty NodeSelectorTerms list are allowed")]
    [InlineData("A", "", ": Invalid value: *: no additions/deletions to non-empty NodeSelectorTerms list are allowed")]
    [InlineData("E", "A", "[0]: Invalid value: *: only additions are allowed (no mutations or deletions)")]
    public void RequiredAffinity_OfAGatedPod_TermsOnlyGain(string known, string next, string refusal)
    {
        _desk.Pod("p", known.Length == 0 ? Gates : $"\"affinity\":{{\"nodeAffinity\":{Required(known)}}},{Gates}").Is(201);
        var value = next.Length == 0 ? "null" : $"{{\"nodeAffinity\":{Required(next)}}}";
        var reply = _desk.Json(Path, $"[{{\"op\":\"add\",\"path\":\"/spec/affinity\",\"value\":{value}}}]").Is(refusal.Length == 0 ? 200 : 422, refusal.Length == 0 ? "" : "Invalid");
        if (refusal.Length > 0)
        {
            var (start, end) = ("Pod \"p\" is invalid: " + Terms + refusal.Split('*')[0], refusal.Split('*')[1]);
            Assert.StartsWith(start, reply.Message, StringComparison.Ordinal);
            Assert.EndsWith(end, reply.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":{"matchExpressions":[{"key":"a","operator":"Exists"}]}}]}}""", 200)]
    [InlineData("""{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"z"}]}}""", 422)]
    [InlineData("""{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"z"}]}}""", 422)]
    public void OtherAffinity_OfAGatedPod_PreferredIsFreeAndPodsAreFixed(string affinity, int code)
    {
        _desk.Pod("p");
        _desk.Merge(Path, Affinity(affinity)).Is(code, code == 200 ? "" : "Invalid");
    }

    [Theory]
    [InlineData("""{"key":"metadata.name","operator":"In","values":["n1","n2"]}""")]
    [InlineData("""{"key":"metadata.name","operator":"Exists"}""")]
    [InlineData("""{"key":"metadata.uid","operator":"In","values":["n1"]}""")]
    public void MatchFields_ThatNameNoSingleNode_AreRefused(string field)
    {
        _desk.Pod("p");
        _desk.Merge(Path, Affinity("{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[{\"matchFields\":[" + field + "]}]}}}")).Is(422, "Invalid");
    }

    [Fact]
    public void Tolerations_AreAddedAtAnyTime_AndNeverTaken()
    {
        _desk.Pod("p", "\"priority\":0");
        Assert.Equal(2, _desk.Get(Path).Body["spec"]!["tolerations"]!.AsArray().Count);
        var add = """[{"op":"add","path":"/spec/tolerations/-","value":{"key":"a","operator":"Exists"}}]""";
        Assert.Equal(3, _desk.Json(Path, add).Is(200).Body["spec"]!["tolerations"]!.AsArray().Count);
        _desk.Json(Path, """[{"op":"remove","path":"/spec/tolerations/2"}]""").Is(422, "Invalid");
        _desk.Json(Path, """[{"op":"add","path":"/spec/tolerations/0/tolerationSeconds","value":5}]""").Is(200);
        _desk.Json(Path, """[{"op":"replace","path":"/spec/containers/0/image","value":"j"}]""").Is(200);
        _desk.Json(Path, """[{"op":"replace","path":"/spec/containers/0/name","value":"j"}]""").Is(422, "Invalid");
    }

    [Fact]
    public void Put_OfAPod_ObeysTheSameRules()
    {
        var pod = _desk.Pod("p").Body;
        pod["spec"]!["affinity"] = JsonNode.Parse(Pin("n1"));
        ((JsonObject)pod["spec"]!).Remove("schedulingGates");
        pod["status"] = new JsonObject { ["phase"] = "Running" };
        var next = _desk.Put(Path, pod).Is(200).Body;
        Assert.Equal("Pending", (string?)next["status"]!["phase"]);

        next["spec"]!["nodeName"] = "n1";
        _desk.Put(Path, next).Is(422, "Invalid");
    }

    private static string Pin(string node) => $$$$"""
        {"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["{{{{node}}}}"]}]}]}}}
        """;

    private static string Affinity(string affinity) => "{\"spec\":{\"affinity\":" + affinity + "}}";

    // Terms between |, requirements between +: A, B expressions, N, M fields, E none.
    private static string Required(string terms)
    {
        var all = terms.Split('|').Select(term =>
        {
            var (expressions, fields) = (new List<string>(), new List<string>());
            foreach (var letter in term.Split('+').Where(l => l != "E"))
            {
                var list = letter is "N" or "M" ? fields : expressions;
                list.Add(letter is "N" or "M"
                    ? $$"""{"key":"metadata.name","operator":"In","values":["{{letter}}"]}"""
                    : $$"""{"key":"{{letter}}","operator":"Exists"}""");
            }

            return $$"""{"matchExpressions":[{{string.Join(',', expressions)}}],"matchFields":[{{string.Join(',', fields)}}]}""";
        });
        return "{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[" + string.Join(',', all) + "]}}";
    }
}
