using System.Text.Json.Nodes;

namespace TopoScheduler.Kubernetes.Tests.FakeApi;

public sealed class PreconditionTests : IDisposable
{
    private const string Path = Desk.PodsOf + "/p";
    private const string Modified = "Operation cannot be fulfilled on pods \"p\": the object has been modified; please apply your changes to the latest version and try again";

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void ResourceVersion_InAPatchOfAnyKind_IsAPrecondition()
    {
        var old = _desk.Pod("p").Version;
        var next = _desk.Merge(Path, $$$"""{"metadata":{"resourceVersion":"{{{old}}}","labels":{"a":"1"} } }""").Is(200).Version;
        Assert.NotEqual(old, next);
        Assert.Equal(Modified, _desk.Merge(Path, $$$"""{"metadata":{"resourceVersion":"{{{old}}}","labels":{"a":"2"} } }""").Is(409, "Conflict").Message);
        _desk.Json(Path, $$"""[{"op":"replace","path":"/metadata/resourceVersion","value":"{{old}}" }]""").Is(409, "Conflict");
        _desk.Json(Path, $$"""[{"op":"test","path":"/metadata/resourceVersion","value":"{{old}}" }]""").Is(422, "Invalid");
        _desk.Send("PATCH", Path, $$$"""{"metadata":{"resourceVersion":"{{{old}}}" } }""", Desk.StrategicMergePatch).Is(409, "Conflict");
        Assert.Equal(next, _desk.Get(Path).Version);
    }

    // A patch with another UID is invalid, not a conflict: the server sees a field that must not change.
    [Fact]
    public void Uid_InAPatchAndInAPut_IsAPrecondition()
    {
        var pod = _desk.Pod("p");
        _desk.Merge(Path, $$$"""{"metadata":{"uid":"{{{pod.Uid}}}","labels":{"a":"1"} } }""").Is(200);
        var reply = _desk.Merge(Path, """{"metadata":{"uid":"other","labels":{"a":"2"}}}""").Is(422, "Invalid");
        const string Error = "metadata.uid: Invalid value: \"other\": field is immutable";
        Assert.Equal($"Pod \"p\" is invalid: [{Error}, {Error}]", reply.Message);
        var put = _desk.Get(Path).Body;
        put["metadata"]!["uid"] = "other";
        Assert.Contains($"Precondition failed: UID in precondition: other, UID in object meta: {pod.Uid}", _desk.Put(Path, put).Is(409, "Conflict").Message, StringComparison.Ordinal);
        Assert.Equal("1", (string?)_desk.Get(Path).Body["metadata"]!["labels"]!["a"]);
    }

    [Fact]
    public void TimesOfTheServer_InAPatch_AreSetBackOrRefused()
    {
        var version = _desk.Pod("p", "\"priority\":0").Version;
        Assert.Equal(version, _desk.Merge(Path, """{"metadata":{"creationTimestamp":"2000-01-01T00:00:00Z","generation":9}}""").Is(200).Version);
        _desk.Merge(Path, """{"metadata":{"deletionTimestamp":"2000-01-01T00:00:00Z"}}""").Is(422, "Invalid");
        _desk.Merge(Path, """{"metadata":{"finalizers":["x/y"]}}""").Is(200);
        version = _desk.Delete(Path).Is(200).Version;
        Assert.Equal(version, _desk.Merge(Path, """{"metadata":{"deletionTimestamp":"2000-01-01T00:00:00Z"}}""").Is(200).Version);
        _desk.Merge(Path, """{"metadata":{"deletionGracePeriodSeconds":7}}""").Is(422, "Invalid");
        _desk.Merge(Path, """{"spec":{"activeDeadlineSeconds":7}}""").Is(200);
        Assert.Contains("must be less than or equal to previous value", _desk.Merge(Path, """{"spec":{"activeDeadlineSeconds":8}}""").Is(422, "Invalid").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Put_StaleVersion_IsAConflict()
    {
        var pod = _desk.Pod("p").Body;
        pod["metadata"]!["labels"] = new JsonObject { ["a"] = "1" };
        _desk.Put(Path, pod).Is(200);
        pod["metadata"]!["labels"] = new JsonObject { ["a"] = "2" };
        Assert.Equal(Modified, _desk.Put(Path, pod).Is(409, "Conflict").Message);
        ((JsonObject)pod["metadata"]!).Remove("resourceVersion");
        Assert.Equal("2", (string?)_desk.Put(Path, pod).Is(200).Body["metadata"]!["labels"]!["a"]);
    }

    [Fact]
    public void NoChange_KeepsTheVersionAndTellsNobody()
    {
        var pod = _desk.Pod("p");
        var count = _desk.Objects.Version;
        Assert.Equal(pod.Version, _desk.Put(Path, pod.Body).Is(200).Version);
        Assert.Equal(pod.Version, _desk.Merge(Path, """{"metadata":{"labels":{}},"spec":{"schedulerName":"default-scheduler"}}""").Is(200).Version);
        Assert.Equal(pod.Version, _desk.Json(Path, "[]").Is(200).Version);
        Assert.Equal(pod.Version, _desk.Merge(Path + "/status", """{"status":{"phase":"Pending"}}""").Is(200).Version);
        Assert.Equal(count, _desk.Objects.Version);
    }

    [Fact]
    public void Put_NamesSomethingElse_IsRefused()
    {
        var pod = _desk.Pod("p").Body;
        pod["metadata"]!["name"] = "q";
        Assert.Equal("the name of the object (q) does not match the name on the URL (p)", _desk.Put(Path, pod).Is(400, "BadRequest").Message);
        (pod["metadata"]!["name"], pod["metadata"]!["namespace"]) = ("p", "other");
        _desk.Put(Path, pod).Is(400, "BadRequest");
        pod["metadata"]!["namespace"] = "ml";
        Assert.Equal("pods \"q\" not found", _desk.Merge(Desk.PodsOf + "/q", "{}").Is(404, "NotFound").Message);
        _desk.Send("PUT", Path, "{}", "text/plain").Is(415, "UnsupportedMediaType");
    }

    [Fact]
    public void Create_NamesAndIdentity_AreTheServers()
    {
        var first = _desk.Post(Desk.PodsOf, """{"metadata":{"name":"p","uid":"mine","creationTimestamp":"2000-01-01T00:00:00Z"},"status":{"phase":"Running"}}""").Is(201);
        Assert.NotEqual("mine", first.Uid);
        Assert.Equal("Pending", (string?)first.Body["status"]!["phase"]);
        Assert.Equal(("v1", "Pod", "ml"), ((string?)first.Body["apiVersion"], (string?)first.Body["kind"], (string?)first.Body["metadata"]!["namespace"]));
        var again = _desk.Post(Desk.PodsOf, """{"metadata":{"name":"p"}}""").Is(409, "AlreadyExists");
        Assert.Equal("pods \"p\" already exists", again.Message);
        Assert.Equal("""{"name":"p","kind":"pods"}""", again.Body["details"]!.ToJsonString());

        var names = Enumerable.Range(0, 50).Select(_ => (string)_desk.Post(Desk.PodsOf, """{"metadata":{"generateName":"w-"}}""").Is(201).Body["metadata"]!["name"]!).ToArray();
        Assert.All(names, name => Assert.Matches("^w-[b-df-hj-np-tv-xz24-9]{5}$", name));
        Assert.Equal(50, names.Distinct().Count());
        _desk.Post(Desk.PodsOf, """{"metadata":{}}""").Is(422, "Invalid");
        _desk.Post(Desk.PodsOf, """{"metadata":{"name":"x","namespace":"other"}}""").Is(400, "BadRequest");
        _desk.Post(Desk.PodsOf, """{"metadata":{"name":"x","resourceVersion":"1"}}""").Is(500);
        _desk.Post(Desk.PodsOf + "/x", "{}").Is(405, "MethodNotAllowed");
        _desk.Get("/nothing").Is(404, "NotFound");
    }

    [Fact]
    public void Seed_Same_DrawsTheSame()
    {
        using var other = new Desk();
        using var third = new Desk(2);
        var body = """{"metadata":{"generateName":"w-"}}""";
        var made = _desk.Post(Desk.PodsOf, body).Body.ToJsonString();
        Assert.Equal(made, other.Post(Desk.PodsOf, body).Body.ToJsonString());
        Assert.NotEqual(made, third.Post(Desk.PodsOf, body).Body.ToJsonString());
    }

    [Fact]
    public void Lease_PutWhereNoneIs_Creates()
    {
        var path = "/apis/coordination.k8s.io/v1/namespaces/ml/leases/l";
        var lease = _desk.Send("PUT", path, """{"metadata":{"name":"l"},"spec":{"holderIdentity":"a"}}""").Is(201).Body;
        _desk.Put(path, lease).Is(200);
        ((JsonObject)lease["metadata"]!).Remove("resourceVersion");
        Assert.Contains("metadata.resourceVersion: Invalid value: 0x0: must be specified for an update", _desk.Put(path, lease).Is(422, "Invalid").Message, StringComparison.Ordinal);
        _desk.Send("PUT", Desk.PodsOf + "/none", """{"metadata":{"name":"none"}}""").Is(404, "NotFound");
    }
}
