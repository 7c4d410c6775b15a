using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Server.Tests;

/// <summary>A server with the real Kestrel on a free loopback port, its log in memory, and a client.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly ServerHost _host;

    private TestServer(ServerHost host, ConcurrentQueue<string> log)
    {
        (_host, Log) = (host, log);
        Client = new() { BaseAddress = new(host.Urls[0]), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>A client of the extender's address.</summary>
    public HttpClient Client { get; }

    /// <summary>The addresses.</summary>
    public IReadOnlyList<string> Urls => _host.Urls;

    /// <summary>Every route.</summary>
    public IEnumerable<Microsoft.AspNetCore.Http.Endpoint> Routes => _host.Routes;

    /// <summary>What was logged.</summary>
    public ConcurrentQueue<string> Log { get; }

    /// <summary>A small cluster of 8-GPU nodes.</summary>
    public static ClusterSnapshot Cluster(int nodes = 4) =>
        ClusterSnapshot.Create(ClusterBuilder.Spines(1).Leaves(1).NodesPerLeaf(nodes).BuildNodes(), []);

    /// <summary>Starts one on a cluster that does not change.</summary>
    public static Task<TestServer> StartAsync(ClusterSnapshot cluster, params (string Key, string Value)[] settings) =>
        StartAsync((loaded, loggers) => Scheduling.OfFile(loaded, cluster, loggers), settings);

    /// <summary>Starts one on a cluster nobody answers for: it is never known.</summary>
    public static Task<TestServer> StartUnknownAsync() => StartAsync(
        (loaded, loggers) => Scheduling.OfCluster(loaded, new(new ApiConnection { Server = new("http://127.0.0.1:1") }, "test"), loggers));

    /// <summary>Starts one.</summary>
    public static async Task<TestServer> StartAsync(Func<ServeSettings, ILoggerFactory, Scheduling> scheduling, params (string Key, string Value)[] settings)
    {
        var log = new ConcurrentQueue<string>();
        (string Key, string Value)[] all = [("listen:url", "http://127.0.0.1:0"), .. settings];
        var loaded = ServeSettings.Load(new([], [], [.. all.Select(s => KeyValuePair.Create(s.Key, s.Value))]));
        var host = new ServerHost(loaded, loggers => scheduling(loaded, loggers), logging => logging.AddProvider(new MemoryLog(log)));
        await host.StartAsync();
        return new(host, log);
    }

    /// <summary>Status and text of a POST to a verb.</summary>
    public async Task<(int Status, string Text)> PostAsync(string verb, HttpContent body)
    {
        using var answer = await Client.PostAsync(new Uri($"/scheduler/{verb}", UriKind.Relative), body);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The same with JSON.</summary>
    public async Task<(int Status, string Text)> PostAsync(string verb, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await PostAsync(verb, body);
    }

    /// <summary>A bare connection.</summary>
    public async Task<NetworkStream> ConnectAsync()
    {
        var url = new Uri(Urls[0]);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port);
        return new(socket, ownsSocket: true);
    }

    /// <summary>Waits until it can decide: a live cluster has to be read first.</summary>
    public async Task WaitUntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var answer = await Client.GetAsync(new Uri("/readyz", UriKind.Relative), patience.Token);
            if (answer.IsSuccessStatusCode) return;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Stops as on SIGTERM.</summary>
    public Task StopAsync() => _host.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
    }

    private sealed class MemoryLog(ConcurrentQueue<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{logLevel}: {formatter(state, exception)}"));

        public void Dispose()
        {
        }
    }
}
