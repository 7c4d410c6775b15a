using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

public sealed class EventRecorderTests
{
    private const string Events = "/apis/events.k8s.io/v1/events";

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Record_Repeats_BecomeASeries()
    {
        await using var api = await FakeApiServer.StartAsync();
        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        var recorder = new EventRecorder(client, "toposcheduler.io/extender", "host-1") { SeriesPause = TimeSpan.FromSeconds(5) };
        using var stop = new CancellationTokenSource();
        var running = recorder.RunAsync(stop.Token);
        var pod = new EventSubject("v1", "Pod", new("ml", "p", "u1"));
        var note = new EventNote(pod, "FailedPlacement", "Placing", "no leaf has room", IsWarning: true);
        recorder.Record(note);
        recorder.Record(note);
        recorder.Record(note);
        recorder.Record(note with { Subject = pod with { Kind = "Node", Key = new("", "n1", "") }, IsWarning = false });
        await Eventually.IsTrue(() => api.Objects.All(Events, null).Objects.Count == 2, "both are written");

        var first = api.Objects.All(Events, "ml").Objects.Single();
        Assert.Equal(("Warning", "FailedPlacement", "Placing", "u1"), (Text(first, "type"), Text(first, "reason"), Text(first, "action"), (string?)first["regarding"]!["uid"]));
        Assert.Matches(@"\.\d{6}Z$", Text(first, "eventTime"));
        Assert.Null(first["series"]);
        Assert.Single(api.Objects.All(Events, "kube-system").Objects);

        // Once, and by less than a request may take: an answer may still be on its way, and a clock that runs on would time it out.
        _time.Advance(recorder.SeriesPause);
        await Eventually.IsTrue(() => api.Objects.All(Events, "ml").Objects.Single()["series"] is not null, "the series is written");
        Assert.Equal(3, (int)api.Objects.All(Events, "ml").Objects.Single()["series"]!["count"]!);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal((0, 0), (recorder.Dropped, recorder.Failed));
    }

    [Fact]
    public async Task Record_LongTexts_AreCutToTheLimitsOfTheServer()
    {
        await using var api = await FakeApiServer.StartAsync();
        using var client = new ApiClient(new() { Server = api.Address }, "test", _time);
        var recorder = new EventRecorder(client, "toposcheduler.io/extender", new string('i', 300));
        using var stop = new CancellationTokenSource();
        var running = recorder.RunAsync(stop.Token);
        var subject = new EventSubject("v1", "Pod", new("ml", new string('n', 253), ""));
        recorder.Record(new(subject, new string('r', 300), "", string.Concat(Enumerable.Repeat("é😀", 400)), false));
        await Eventually.IsTrue(() => api.Objects.All(Events, null).Objects.Count == 1, "it is written");

        var obj = api.Objects.All(Events, null).Objects.Single();
        Assert.Equal((128, 128, "Unknown"), (Text(obj, "reason").Length, Text(obj, "reportingInstance").Length, Text(obj, "action")));
        Assert.InRange(Encoding.UTF8.GetByteCount(Text(obj, "note")), 1018, 1024);
        Assert.InRange(((string)obj["metadata"]!["name"]!).Length, 240, 253);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Record_NobodyWrites_DropsInsteadOfWaiting()
    {
        using var client = new ApiClient(new() { Server = new("http://127.0.0.1:1") }, "test", _time);
        var recorder = new EventRecorder(client, "toposcheduler.io/extender", "host-1");
        for (var i = 0; i < 1500; i++)
        {
            recorder.Record(new(new("v1", "Pod", new("ml", $"p{i}", "")), "R", "A", "n", false));
        }

        Assert.Equal(500, recorder.Dropped);
    }

    private static string Text(JsonObject obj, string key) => (string)obj[key]!;
}
