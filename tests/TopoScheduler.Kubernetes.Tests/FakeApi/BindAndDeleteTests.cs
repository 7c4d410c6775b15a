using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.FakeApi;

public sealed class BindAndDeleteTests : IDisposable
{
    private const string Path = Desk.PodsOf + "/p";

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Bind_GatedPod_IsAConflict()
    {
        _desk.Pod("p");
        var reply = Bind().Is(409, "Conflict");
        Assert.Equal("Operation cannot be fulfilled on pods/binding \"p\": pod p has non-empty .spec.schedulingGates", reply.Message);
        _desk.Merge(Path, """{"spec":{"schedulingGates":null}}""").Is(200);
        Assert.Equal("Success", (string?)Bind().Is(201).Body["status"]);
        var pod = _desk.Get(Path).Body;
        var condition = Assert.Single(pod["status"]!["conditions"]!.AsArray())!;
        Assert.Equal(("n1", "True"), ((string?)pod["spec"]!["nodeName"], (string?)condition["status"]));
        Assert.Equal("Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n1\"", Bind("n2").Is(409, "Conflict").Message);
    }

    [Fact]
    public void Bind_Preconditions_Hold()
    {
        var pod = _desk.Pod("p", "\"priority\":0");
        Bind("n1", "\"uid\":\"other\"").Is(409, "Conflict");
        Bind("n1", "\"resourceVersion\":\"1\"").Is(409, "Conflict");
        Bind("n1", $"\"uid\":\"{pod.Uid}\",\"resourceVersion\":\"{pod.Version}\",\"annotations\":{{\"a\":\"b\"}}").Is(201);
        Assert.Equal("b", (string?)_desk.Get(Path).Body["metadata"]!["annotations"]!["a"]);
        _desk.Post(Desk.PodsOf + "/none/binding", """{"target":{"name":"n1"}}""").Is(404, "NotFound");
        _desk.Post(Path + "/binding", """{"metadata":{"name":"q"},"target":{"name":"n1"}}""").Is(400, "BadRequest");
        _desk.Post(Path + "/binding", """{"metadata":{"name":"p"}}""").Is(422, "Invalid");
    }

    [Fact]
    public void Delete_UnboundPod_GoesAtOnce()
    {
        var pod = _desk.Pod("p");
        _desk.Delete(Path, """{"preconditions":{"uid":"other"}}""").Is(409, "Conflict");
        _desk.Delete(Path, """{"preconditions":{"resourceVersion":"1"}}""").Is(409, "Conflict");
        Assert.Equal(pod.Uid, _desk.Delete(Path, $$$"""{"gracePeriodSeconds":30,"preconditions":{"uid":"{{{pod.Uid}}}","resourceVersion":"{{{pod.Version}}}" } }""").Is(200).Uid);
        _desk.Get(Path).Is(404, "NotFound");
        Assert.Equal("DELETED", _desk.Objects.Since(0, Desk.Pods, null)![^1].Type);
    }

    [Fact]
    public void Delete_BoundPod_StaysUntilItsGraceEnds()
    {
        _desk.Pod("p", "\"terminationGracePeriodSeconds\":20");
        Bind().Is(201);
        Assert.False(_desk.Objects.Finish(Desk.Pods, "ml", "p"));

        var reply = _desk.Delete(Path).Is(200);
        Assert.Equal(20, (int)reply.Body["metadata"]!["deletionGracePeriodSeconds"]!);
        Assert.NotNull(reply.Body["metadata"]!["deletionTimestamp"]);
        Assert.Equal(reply.Version, _desk.Delete(Path, """{"gracePeriodSeconds":60}""").Is(200).Version);
        Assert.Equal(5, (int)_desk.Delete(Path, """{"gracePeriodSeconds":5}""").Is(200).Body["metadata"]!["deletionGracePeriodSeconds"]!);
        _desk.Merge(Path, """{"metadata":{"deletionTimestamp":null,"labels":{"a":"b"}}}""").Is(200);
        Assert.NotNull(_desk.Get(Path).Body["metadata"]!["deletionTimestamp"]);

        Assert.True(_desk.Objects.Finish(Desk.Pods, "ml", "p"));
        _desk.Get(Path).Is(404, "NotFound");
        Assert.Equal(["ADDED", "MODIFIED", "MODIFIED", "MODIFIED", "MODIFIED", "DELETED"], _desk.Objects.Since(0, Desk.Pods, null)!.Select(e => e.Type));
    }

    [Theory]
    [InlineData("""{"gracePeriodSeconds":0}""", "Running")]
    [InlineData(null, "Succeeded")]
    [InlineData(null, "Failed")]
    public void Delete_BoundPodWithoutGrace_GoesAtOnce(string? options, string phase)
    {
        _desk.Pod("p", "\"priority\":0");
        Bind().Is(201);
        _desk.Merge(Path + "/status", $$$"""{"status":{"phase":"{{{phase}}}" } }""").Is(200);
        _desk.Delete(Path, options).Is(200);
        _desk.Get(Path).Is(404, "NotFound");
    }

    [Fact]
    public void Bind_TerminatingPod_IsAConflict()
    {
        _desk.Pod("p", "\"priority\":0");
        _desk.Merge(Path, """{"metadata":{"finalizers":["x/y"]}}""").Is(200);
        _desk.Delete(Path).Is(200);
        Assert.Equal("Operation cannot be fulfilled on pods/binding \"p\": pod p is being deleted, cannot be assigned to a host", Bind().Is(409, "Conflict").Message);
    }

    [Fact]
    public void Finalizers_HoldTheObject_TheLastTakesItAlong()
    {
        _desk.Pod("p", "\"priority\":0");
        Bind();
        _desk.Merge(Path, """{"metadata":{"finalizers":["x/y"]}}""").Is(200);
        _desk.Delete(Path).Is(200);
        _desk.Merge(Path, """{"metadata":{"finalizers":[]}}""").Is(200);
        Assert.Equal(30, (int)_desk.Get(Path).Is(200).Body["metadata"]!["deletionGracePeriodSeconds"]!);

        _desk.Objects.Finish(Desk.Pods, "ml", "p");
        _desk.Get(Path).Is(404, "NotFound");

        _desk.Pod("q", "\"priority\":0");
        _desk.Merge(Desk.PodsOf + "/q", """{"metadata":{"finalizers":["x/y"]}}""").Is(200);
        _desk.Delete(Desk.PodsOf + "/q").Is(200);
        _desk.Get(Desk.PodsOf + "/q").Is(200);
        _desk.Merge(Desk.PodsOf + "/q", """{"metadata":{"finalizers":null}}""").Is(200);
        _desk.Get(Desk.PodsOf + "/q").Is(404, "NotFound");
    }

    [Fact]
    public void Delete_Collection_TakesThoseMeant()
    {
        foreach (var name in (string[])["p", "q", "r"])
        {
            _desk.Pod(name);
        }

        _desk.Merge(Path, """{"metadata":{"labels":{"keep":"yes"}}}""").Is(200);
        _desk.Delete(Desk.PodsOf + "?labelSelector=keep!=yes").Is(200);
        Assert.Equal("p", (string?)Assert.Single(_desk.Get(Desk.PodsOf).Body["items"]!.AsArray())!["metadata"]!["name"]);
    }

    [Fact]
    public void Selector_EventsOfAWatch_AreThoseOfTheSelection()
    {
        _desk.Pod("p", "\"priority\":0");
        Bind();
        _desk.Merge(Path + "/status", """{"status":{"phase":"Succeeded"}}""");
        _desk.Merge(Path, """{"metadata":{"labels":{"a":"b"}}}""");
        _desk.Delete(Path);
        var events = _desk.Objects.Since(0, Desk.Pods, "ml")!;

        Assert.Equal("ADDED MODIFIED DELETED", Seen("", "status.phase!=Succeeded"));
        Assert.Equal("ADDED MODIFIED MODIFIED DELETED", Seen("", "spec.nodeName=n1"));
        Assert.Equal("ADDED DELETED", Seen("a", ""));
        Assert.Equal("ADDED MODIFIED MODIFIED DELETED", Seen("a!=b", ""));

        string Seen(string labels, string fields) => string.Join(' ', events.Select(FakeSelector.Of(labels, fields).See).Where(e => e is not null).Select(e => e!.Type));
    }

    private Reply Bind(string node = "n1", string metadata = "\"name\":\"p\"") =>
        _desk.Post(Path + "/binding", $$$"""{"metadata":{ {{{metadata}}} },"target":{"kind":"Node","name":"{{{node}}}"}}""");
}
