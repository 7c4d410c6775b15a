using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>
/// An extender that wants nothing: it keeps what it is sent, lets every node through, scores none above another, binds as told, and evicts all
/// victims named to it. A test may give other answers.
/// </summary>
internal sealed class RecordingExtender : IAsyncDisposable
{
    private readonly KubeApi _api;
    private readonly Func<RecordedCall, JsonNode?>? _answer;
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<RecordedCall> _calls = new();
    private readonly ConcurrentBag<Task> _answers = [];
    private readonly Task _accepting;

    /// <param name="api">Where it binds pods.</param>
    /// <param name="answer">Answers in place of its own; null for its own. Called for several requests at once.</param>
    public RecordingExtender(KubeApi api, Func<RecordedCall, JsonNode?>? answer = null)
    {
        _api = api;
        _answer = answer;
        Url = $"http://127.0.0.1:{LoopbackPort.Next()}/scheduler";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The <c>urlPrefix</c> of a scheduler's configuration.</summary>
    public string Url { get; }

    /// <summary>What it was asked so far, in order.</summary>
    public IReadOnlyList<RecordedCall> Calls => [.. _calls];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _accepting;
        await Task.WhenAll(_answers);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _answers.Add(AnswerAsync(await _listener.GetContextAsync()));
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var call = new RecordedCall(context.Request.Url!.Segments[^1], Headers(context.Request), await reader.ReadToEndAsync());
            _calls.Enqueue(call);
            var answer = Encoding.UTF8.GetBytes((_answer?.Invoke(call) ?? await OwnAnswerAsync(call)).ToJsonString());
            context.Response.ContentType = "application/json";
            context.Response.ContentLength64 = answer.Length;
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The scheduler hung up, or the test is over.
        }
    }

    private async Task<JsonNode> OwnAnswerAsync(RecordedCall call) => call.Verb switch
    {
        "filter" => new JsonObject { ["Nodes"] = call.Json["Nodes"]?.DeepClone(), ["NodeNames"] = call.Json["NodeNames"]?.DeepClone(), ["FailedNodes"] = new JsonObject(), ["Error"] = "" },
        "prioritize" => new JsonArray([.. call.Nodes.Select(n => (JsonNode)new JsonObject { ["Host"] = n, ["Score"] = 0 })]),
        "bind" => new JsonObject { ["Error"] = await BindAsync(call.Json) },
        "preempt" => new JsonObject { ["NodeNameToMetaVictims"] = call.Json["NodeNameToMetaVictims"]?.DeepClone() },
        _ => new JsonObject { ["Error"] = $"no verb \"{call.Verb}\"" },
    };

    private async Task<string> BindAsync(JsonNode binding)
    {
        try
        {
            await _api.BindAsync(Text("PodNamespace"), Text("PodName"), Text("Node"), Text("PodUID"));
            return "";
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException)
        {
            return e.Message;
        }

        string Text(string name) => binding[name]!.GetValue<string>();
    }

    private static string Headers(HttpListenerRequest request)
    {
        var lines = request.Headers.AllKeys.Select(key => $"{key}: {request.Headers[key]}").Order(StringComparer.Ordinal);
        return $"{request.HttpMethod} {request.RawUrl} HTTP/{request.ProtocolVersion}\n{string.Join('\n', lines)}\n";
    }
}
