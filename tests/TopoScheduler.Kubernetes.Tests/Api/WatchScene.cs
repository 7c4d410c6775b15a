using System.Collections.Concurrent;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Testing.Clocks;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>A fake server, a client with a clock that stands still, and a running reflector.</summary>
internal sealed class WatchScene : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private WatchScene(FakeApiServer api)
    {
        Api = api;
        Client = new(new() { Server = api.Address }, "test", Time);
    }

    public FakeApiServer Api { get; }

    public ManualTime Time { get; } = new();

    public ApiClient Client { get; }

    public KnownObjects Known { get; } = new();

    public ConcurrentQueue<WatchNotice> Notices { get; } = new();

    public Reflector<Seen> Reflector { get; private set; } = null!;

    public static async Task<WatchScene> StartAsync(FakeApiOptions server, ReflectorOptions? options = null, params string[] names)
    {
        var scene = new WatchScene(await FakeApiServer.StartAsync(server));
        foreach (var name in names)
        {
            scene.Put(name, "1");
        }

        options = (options ?? new()) with { Notice = scene.Notices.Enqueue, Random = new(7) };
        scene.Reflector = new(scene.Client, new(KnownObjects.Configs), Seen.Read, scene.Known, options);
        scene._running = scene.Reflector.RunAsync(scene._stop.Token);
        return scene;
    }

    public void Put(string name, string value) => Api.Objects.Put(KnownObjects.Configs, With(name, value));

    public void Delete(string name) => Api.Objects.Delete(KnownObjects.Configs, "a", name);

    /// <summary>The receiver knows what the server has, the clock moving on in small steps.</summary>
    public Task Agree() => Eventually.IsTrueWith(
        Time, TimeSpan.FromSeconds(1), () => Reflector.HasSynced && Known.Text == KnownObjects.Expected(Api), "the receiver knows what the server has");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.WaitAsync(TimeSpan.FromSeconds(30)));
        Client.Dispose();
        await Api.DisposeAsync();
        _stop.Dispose();
    }

    // A new value of a known object keeps its UID.
    private System.Text.Json.Nodes.JsonObject With(string name, string value)
    {
        var config = KnownObjects.Config(name, value);
        if (Api.Objects.Find(KnownObjects.Configs, "a", name)?["metadata"]!["uid"] is { } uid)
        {
            config["metadata"]!["uid"] = uid.DeepClone();
        }

        return config;
    }
}
