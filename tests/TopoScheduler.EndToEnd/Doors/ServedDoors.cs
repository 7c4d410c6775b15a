using System.Diagnostics;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.EndToEnd.Live;
using TopoScheduler.Server.Tests.Grpc;

namespace TopoScheduler.EndToEnd.Doors;

/// <summary>A server in a real cluster, asked over HTTP and gRPC; and the command.</summary>
internal sealed class ServedDoors : IAsyncDisposable
{
    private const string Token = "a-token-of-thirty-two-characters";
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(120);

    private readonly ServedExtender _server;
    private readonly HttpClient _http;
    private readonly GrpcChannel _grpc;

    private ServedDoors(ServedExtender server, string grpc)
    {
        _server = server;
        _http = new() { BaseAddress = new(server.Address), Timeout = CommandLimit };
        _http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        _grpc = GrpcChannel.ForAddress(grpc);
    }

    /// <summary>Starts one and waits until it is ready.</summary>
    public static async Task<ServedDoors> StartAsync(KubeControlPlane plane)
    {
        var (token, grpc) = (Path.Combine(plane.Folder, "doors-token"), $"http://127.0.0.1:{LoopbackPort.Next()}");
        await File.WriteAllTextAsync(token, Token);
        var server = await ServedExtender.StartAsync(
            plane, "TOPOSCHEDULER__API__ENABLED=true", $"TOPOSCHEDULER__ACCESS__TOKENFILE={token}", $"TOPOSCHEDULER__LISTEN__GRPCURL={grpc}", "TOPOSCHEDULER__API__PLANSECONDS=100");
        return new(server, grpc);
    }

    /// <summary>What a command prints; nothing on standard error.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Toposched.Root };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "toposched.dll"), .. arguments]) start.ArgumentList.Add(argument);
        var (output, error) = await Runner.RunAsync(start, CommandLimit);
        Assert.Equal("", error);
        return output;
    }

    /// <summary>What HTTP answers.</summary>
    public async Task<string> AskAsync(DoorQuestion question)
    {
        var path = new Uri(question.Path, UriKind.Relative);
        using var answer = question.Body is { } body ? await _http.PostAsync(path, new StringContent(body)) : await _http.GetAsync(path);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>What gRPC answers, as JSON.</summary>
    public async Task<string> CallAsync(Func<GrpcChannel, Metadata, Task<IMessage>> call) => CanonicalJson.Of(await call(_grpc, new() { { "authorization", $"Bearer {Token}" } }));

    /// <summary>Waits until an answer is so.</summary>
    public async Task WaitUntilAsync(string path, Predicate<JsonNode> holds, TimeSpan limit)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < limit; await Task.Delay(100))
        {
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
            if (answer.IsSuccessStatusCode && holds(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!)) return;
        }

        Assert.Fail($"{path} is not answered so within {limit.TotalSeconds} s: {_server.Tail}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _grpc.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
    }
}
