using System.Text.Json.Nodes;

namespace TopoScheduler.Kubernetes.Tests.FakeApi;

public sealed class CustomResourceTests : IDisposable
{
    private const string Path = Desk.Gangs + "/h";

    private readonly Desk _desk = new();
    private readonly Reply _made;

    public CustomResourceTests() => _made = _desk
        .Post(Desk.Gangs, """{"apiVersion":"toposcheduler.io/v1alpha1","kind":"GangHistory","metadata":{"name":"h"},"spec":{"size":8},"status":{"phase":"Planned"}}""")
        .Is(201);

    public void Dispose() => _desk.Dispose();

    [Fact]
    public void Create_WithStatus_DropsIt()
    {
        Assert.Null(_made.Body["status"]);
        Assert.Equal(1, (int)_made.Body["metadata"]!["generation"]!);
    }

    [Fact]
    public void MainPath_LeavesTheStatus_AndCountsWishes()
    {
        _desk.Merge(Path + "/status", """{"status":{"phase":"Planned"}}""").Is(200);
        var body = _desk.Merge(Path, """{"spec":{"size":9},"status":{"phase":"Lost"}}""").Is(200).Body;
        Assert.Equal(("Planned", 9, 2), ((string?)body["status"]!["phase"], (int)body["spec"]!["size"]!, (int)body["metadata"]!["generation"]!));

        body["status"]!["phase"] = "Lost";
        body["metadata"]!["labels"] = new JsonObject { ["a"] = "b" };
        body["metadata"]!["generation"] = 77;
        body = _desk.Put(Path, body).Is(200).Body;
        Assert.Equal(("Planned", 2, "b"), ((string?)body["status"]!["phase"], (int)body["metadata"]!["generation"]!, (string?)body["metadata"]!["labels"]!["a"]));
    }

    [Fact]
    public void StatusPath_LeavesAllElse()
    {
        var body = _desk.Merge(Path + "/status", """{"metadata":{"labels":{"a":"b"}},"spec":{"size":1},"status":{"phase":"Planned"}}""").Is(200).Body;
        Assert.Equal(("Planned", 8, 1), ((string?)body["status"]!["phase"], (int)body["spec"]!["size"]!, (int)body["metadata"]!["generation"]!));
        Assert.Null(body["metadata"]!["labels"]);

        body["status"] = new JsonObject { ["phase"] = "Bound" };
        body["spec"]!["size"] = 3;
        body = _desk.Put(Path + "/status", body).Is(200).Body;
        Assert.Equal(("Bound", 8), ((string?)body["status"]!["phase"], (int)body["spec"]!["size"]!));
        Assert.Equal("Bound", (string?)_desk.Get(Path + "/status").Body["status"]!["phase"]);
    }

    [Fact]
    public void StatusPath_StaleVersion_IsAConflict()
    {
        _desk.Merge(Path, """{"spec":{"size":9}}""").Is(200);
        var reply = _desk.Merge(Path + "/status", $$$"""{"metadata":{"resourceVersion":"{{{_made.Version}}}" },"status":{"phase":"Planned"}}""").Is(409, "Conflict");
        Assert.StartsWith("Operation cannot be fulfilled on ganghistories.toposcheduler.io \"h\": the object has been modified", reply.Message, StringComparison.Ordinal);
        Assert.Equal("""{"name":"h","group":"toposcheduler.io","kind":"ganghistories"}""", reply.Body["details"]!.ToJsonString());
        _made.Body["status"] = new JsonObject { ["phase"] = "Planned" };
        _desk.Put(Path + "/status", _made.Body).Is(409, "Conflict");
    }

    [Fact]
    public void Put_WithoutVersion_IsInvalid()
    {
        ((JsonObject)_made.Body["metadata"]!).Remove("resourceVersion");
        var reply = _desk.Put(Path, _made.Body).Is(422, "Invalid");
        Assert.StartsWith("GangHistory.toposcheduler.io \"h\" is invalid: metadata.resourceVersion", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delete_IsToldByUid()
    {
        _desk.Delete(Path, """{"preconditions":{"uid":"other"}}""").Is(409, "Conflict");
        var reply = _desk.Delete(Path, $$"""{"preconditions":{"uid":"{{_made.Uid}}" } }""");
        Assert.Equal((200, "Success", _made.Uid), (reply.Code, (string?)reply.Body["status"], (string?)reply.Body["details"]!["uid"]));
        _desk.Delete(Path).Is(404, "NotFound");
    }

    [Fact]
    public void PodStatus_BuiltIn_TakesMetadataToo()
    {
        _desk.Pod("p");
        var body = _desk.Merge(Desk.PodsOf + "/p/status", """{"metadata":{"labels":{"a":"b"}},"spec":{"priority":3},"status":{"phase":"Running"}}""").Is(200).Body;
        Assert.Equal(("b", "Running"), ((string?)body["metadata"]!["labels"]!["a"], (string?)body["status"]!["phase"]));
        Assert.Null(body["spec"]!["priority"]);
        _desk.Merge("/api/v1/namespaces/ml/configmaps/none/status", "{}").Is(404, "NotFound");
    }
}
