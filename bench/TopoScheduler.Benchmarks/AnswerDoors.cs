using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Server;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Benchmarks;

/// <summary>The server as it runs, with its API, on a cluster; and somebody on loopback who may ask it.</summary>
public sealed class AnswerDoors : IDisposable
{
    private const string Token = "token-of-whoever-asks";

    private readonly string _token = Path.GetTempFileName();
    private readonly ILoggerFactory _noLog = LoggerFactory.Create(_ => { });
    private readonly ServerHost _host;
    private readonly HttpClient _client;
    private readonly ClusterState _state;
    private readonly string _node;
    private bool _there;

    /// <summary>Starts it.</summary>
    public AnswerDoors(ClusterSnapshot cluster)
    {
        File.WriteAllText(_token, Token);
        var settings = ServeSettings.Load(new([], [], [new("listen:url", "http://127.0.0.1:0"), new("log:level", "error"), new("api:enabled", "true"), new("api:planSeconds", "300"), new("access:tokenFile", _token)]));
        var scheduling = Scheduling.OfFile(settings, cluster, _noLog);
        _state = scheduling.State;
        _node = cluster.Topology.NodeNames[0];
        _host = new(settings, _ => scheduling, logging => logging.ClearProviders());
        _host.StartAsync().GetAwaiter().GetResult();
        _client = new() { BaseAddress = new(_host.Urls[0]), Timeout = TimeSpan.FromMinutes(5) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>A pod comes or goes: what was answered before it is no answer any more.</summary>
    public int Change()
    {
        var pod = ClusterBuilder.BoundPod(_node, "passing", 0);
        if (_there) _state.RemovePod(pod.Key);
        else _state.Upsert(pod);
        _there = !_there;
        return 0;
    }

    /// <summary>Asks about jobs; the length of the answer.</summary>
    public Func<int> Report(ImmutableArray<Gang> gangs)
    {
        var body = $"{{\"jobs\": [{string.Join(',', gangs.Select(Manifest))}]}}";
        return () => Length(_client.PostAsync(new Uri("/v1/report", UriKind.Relative), new StringContent(body)));
    }

    /// <summary>Asks for something; the length of the answer.</summary>
    public Func<int> Get(string path) => () => Length(_client.GetAsync(new Uri(path, UriKind.Relative)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _noLog.Dispose();
        File.Delete(_token);
    }

    private static int Length(Task<HttpResponseMessage> asked)
    {
        using var answer = asked.GetAwaiter().GetResult();
        var body = answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        return answer.IsSuccessStatusCode ? body.Length : throw new InvalidOperationException($"{answer.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}");
    }

    private static string Manifest(Gang gang) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "{{gang.Key.Name}}", "namespace": "ml"},
         "spec": {"completions": {{gang.Size}}, "parallelism": {{gang.Size}}, "completionMode": "Indexed", "template": {"spec": {"priority": 10, "containers":
          [{"name": "c", "resources": {"limits": {"nvidia.com/gpu": "8"} } }] } } } }
        """);
}
