using System.Text.Json.Nodes;

namespace TopoScheduler.Kubernetes.Tests.FakeApi;

public sealed class PatchTests : IDisposable
{
    private const string Path = "/api/v1/namespaces/ml/configmaps/c";

    private readonly Desk _desk = new();

    public PatchTests() =>
        _desk.Post("/api/v1/namespaces/ml/configmaps", """{"metadata":{"name":"c"},"data":{"a":"1","b/c":"2","t~":"3"},"list":[1,2,3],"none":null}""").Is(201);

    public void Dispose() => _desk.Dispose();

    [Theory]
    [InlineData("""[{"op":"add","path":"/data/x","value":"y"}]""", "/data/x", "\"y\"")]
    [InlineData("""[{"op":"add","path":"/metadata/labels","value":{}},{"op":"add","path":"/metadata/labels/x"}]""", "/metadata/labels/x", "\"\"")]
    [InlineData("""[{"op":"add","path":"/data/a","value":"9"}]""", "/data/a", "\"9\"")]
    [InlineData("""[{"op":"add","path":"/list/1","value":7}]""", "/list", "[1,7,2,3]")]
    [InlineData("""[{"op":"add","path":"/list/-","value":7}]""", "/list", "[1,2,3,7]")]
    [InlineData("""[{"op":"add","path":"/list/3","value":7}]""", "/list", "[1,2,3,7]")]
    [InlineData("""[{"op":"remove","path":"/list/0"}]""", "/list", "[2,3]")]
    [InlineData("""[{"op":"remove","path":"/data/b~1c"},{"op":"remove","path":"/data/t~0"}]""", "/data", """{"a":"1"}""")]
    [InlineData("""[{"op":"replace","path":"/list/2","value":{"k":null}}]""", "/list", """[1,2,{"k":null}]""")]
    [InlineData("""[{"op":"replace","path":"/data/none","value":"1"}]""", "/data/none", "\"1\"")]
    [InlineData("""[{"op":"test","path":"/data/a","value":"1"},{"op":"replace","path":"/data/a","value":"2"}]""", "/data/a", "\"2\"")]
    [InlineData("""[{"op":"test","path":"/nothing","value":null},{"op":"add","path":"/nothing","value":1}]""", "/nothing", "1")]
    [InlineData("""[{"op":"move","from":"/data/a","path":"/data/z"}]""", "/data/z", "\"1\"")]
    [InlineData("""[{"op":"copy","from":"/list","path":"/data/z"},{"op":"remove","path":"/list/0"}]""", "/data/z", "[1,2,3]")]
    public void JsonPatch_Applies_Whole(string patch, string path, string expected)
    {
        var body = _desk.Json(Path, patch).Is(200).Body;
        JsonNode? node = body;
        foreach (var key in path.Split('/')[1..])
        {
            node = node![key];
        }

        Assert.Equal(expected, node!.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"op":"test","path":"/data/a","value":"2"}]""", 422, "Invalid")]
    [InlineData("""[{"op":"test","path":"/data/none","value":"2"}]""", 422, "Invalid")]
    [InlineData("""[{"op":"test","path":"/data/a","value":null}]""", 422, "Invalid")]
    [InlineData("""[{"op":"test","path":"/none/a","value":null}]""", 422, "Invalid")]
    [InlineData("""[{"op":"test","path":"/list/3","value":null}]""", 422, "Invalid")]
    [InlineData("""[{"op":"remove","path":"/data/none"}]""", 422, "Invalid")]
    [InlineData("""[{"op":"remove","path":"/list/3"}]""", 422, "Invalid")]
    [InlineData("""[{"op":"replace","path":"/none/none","value":1}]""", 422, "Invalid")]
    [InlineData("""[{"op":"add","path":"/none/none","value":1}]""", 422, "Invalid")]
    [InlineData("""[{"op":"add","path":"/list/4","value":1}]""", 422, "Invalid")]
    [InlineData("""[{"op":"add","path":"data","value":1}]""", 422, "Invalid")]
    [InlineData("""[{"op":"strike","path":"/data/a"}]""", 422, "Invalid")]
    [InlineData("""[{"op":"add","path":"/data/x","value":"1"},{"op":"test","path":"/data/x","value":"2"}]""", 422, "Invalid")]
    [InlineData("""[{"op":"replace","path":"/metadata","value":"1"}]""", 422, "Invalid")]
    [InlineData("""{"data":{"x":"1"}}""", 400, "BadRequest")]
    [InlineData("""["add"]""", 400, "BadRequest")]
    [InlineData("""[{"op":""", 400, "BadRequest")]
    [InlineData("""[{"op":"replace","path":"/metadata/name","value":"d"}]""", 400, "BadRequest")]
    [InlineData("""[{"op":"replace","path":"/metadata/namespace","value":"d"}]""", 400, "BadRequest")]
    [InlineData("""[{"op":"replace","path":"/metadata/uid","value":"d"}]""", 422, "Invalid")]
    public void JsonPatch_DoesNotApply_ChangesNothing(string patch, int code, string reason)
    {
        var (before, version) = (_desk.Get(Path).Body.ToJsonString(), _desk.Objects.Version);

        _desk.Json(Path, patch).Is(code, reason);

        Assert.Equal(version, _desk.Objects.Version);
        Assert.Equal(before, _desk.Get(Path).Body.ToJsonString());
    }

    [Fact]
    public void MergePatch_NullsListsAndMaps_FollowTheRfc()
    {
        var body = _desk.Merge(Path, """{"data":{"a":null,"n":{"x":1,"y":null}},"list":[9],"kept":{"z":null}}""").Is(200).Body;

        Assert.Equal("""{"b/c":"2","t~":"3","n":{"x":1}}""", body["data"]!.ToJsonString());
        Assert.Equal("[9]", body["list"]!.ToJsonString());
        Assert.Equal("{}", body["kept"]!.ToJsonString());
        _desk.Merge(Path, "[1]").Is(400, "BadRequest");
    }

    [Fact]
    public void StrategicMerge_Directives_AreCarriedOut()
    {
        _desk.Pod("p");
        var pod = Desk.PodsOf + "/p";
        var labels = """{"metadata":{"labels":{"a":"1","b":"2"},"finalizers":["x/y","x/z"]}}""";
        _desk.Send("PATCH", pod, labels, Desk.StrategicMergePatch).Is(200);

        var patch = """{"metadata":{"labels":{"a":null,"c":"3"},"$deleteFromPrimitiveList/finalizers":["x/y"]},"spec":{"schedulingGates":[{"$patch":"delete","name":"a/gang"}]}}""";
        var body = _desk.Send("PATCH", pod, patch, Desk.StrategicMergePatch).Is(200).Body;

        Assert.Equal("""{"b":"2","c":"3"}""", body["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal("""["x/z"]""", body["metadata"]!["finalizers"]!.ToJsonString());
        Assert.Equal("""[{"name":"b/quota"}]""", body["spec"]!["schedulingGates"]!.ToJsonString());
        var condition = """{"status":{"conditions":[{"type":"PodScheduled","reason":"Unschedulable"},{"type":"Ready","status":"False"}]}}""";
        var conditions = _desk.Send("PATCH", pod + "/status", condition, Desk.StrategicMergePatch).Is(200).Body["status"]!["conditions"]!.AsArray();
        Assert.Equal(("False", "Unschedulable", 2), ((string?)conditions[0]!["status"], (string?)conditions[0]!["reason"], conditions.Count));
    }

    [Fact]
    public void Apply_NothingThere_Creates()
    {
        var path = Desk.Gangs + "/h";
        var body = """{"kind":"GangHistory","metadata":{"name":"h"},"spec":{"a":1},"status":{"b":2}}""";

        _desk.Send("PATCH", path, body, Desk.ApplyPatch).Is(422, "Invalid");
        var made = _desk.Send("PATCH", path + "?fieldManager=t", body, Desk.ApplyPatch).Is(201);
        Assert.Null(made.Body["status"]);
        Assert.Equal(made.Version, _desk.Send("PATCH", path + "?fieldManager=t", body, Desk.ApplyPatch).Is(200).Version);
        _desk.Send("PATCH", Desk.Gangs + "/i?fieldManager=t", """{"metadata":{"name":"i","uid":"u"}}""", Desk.ApplyPatch).Is(409, "Conflict");
    }

    [Theory]
    [InlineData(Path, "application/json", "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml")]
    [InlineData(Desk.Gangs + "/h", Desk.StrategicMergePatch, "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml")]
    public void Patch_UnknownMediaType_IsRefusedWithThoseTaken(string path, string type, string taken)
    {
        var reply = _desk.Send("PATCH", path, "{}", type).Is(415, "UnsupportedMediaType");
        Assert.Equal($"the body of the request was in an unknown format - accepted media types include: {taken}", reply.Message);
    }
}
