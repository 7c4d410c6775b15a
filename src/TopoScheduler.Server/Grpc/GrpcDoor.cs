using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TopoScheduler.Server.Configuration;

namespace TopoScheduler.Server.Grpc;

/// <summary>
/// <c>toposcheduler.v1</c> over gRPC: the questions of the HTTP API with the same answers, watches, and readings as a stream; health and reflection beside them.
/// </summary>
/// <param name="options">Limits of its own.</param>
/// <param name="api">Limits it shares with the HTTP API.</param>
internal sealed class GrpcDoor(GrpcOptions options, ApiOptions api) : IAsyncDisposable
{
    private const int Mebibyte = 1 << 20;
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(1);

    private GrpcSource? _source;
    private HealthCalls? _health;
    private ITimer? _looking;

    /// <summary>Names what all of it begins with: a path that begins so is nowhere but at the address of gRPC.</summary>
    public static bool IsPath(string path) => path.StartsWith("/toposcheduler.", StringComparison.OrdinalIgnoreCase) || path.StartsWith("/grpc.", StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds what the host needs for it.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = api.BodyMiB * Mebibyte;
            grpc.MaxSendMessageSize = options.AnswerMiB * Mebibyte;
            grpc.ResponseCompressionAlgorithm = "gzip";
            grpc.ResponseCompressionLevel = CompressionLevel.Fastest;
            grpc.IgnoreUnknownServices = true;
            grpc.Interceptors.Add<CallGuard>();
        });
        services.AddGrpcReflection();
        // What a caller does wrong is told to the caller; what we do, the guard tells.
        services.AddLogging(logging => logging.AddFilter("Grpc", LogLevel.Critical));
        services.AddSingleton(_ => new CallGuard(Source.Metrics, Source.Loggers.CreateLogger<CallGuard>()));
        services.AddSingleton(_ => NewWatches());
        services.AddSingleton(s => new PlacementCalls(Source.Questions, Source.Heavy, s.GetRequiredService<Watches>(), api.BodyMiB * Mebibyte));
        services.AddSingleton(s => new ClusterCalls(Source.Questions, Source.Heavy, s.GetRequiredService<Watches>()));
        services.AddSingleton(s => new ReadingCalls(Source.Push, s.GetRequiredService<Watches>()));
        services.AddSingleton(_ => _health!);
    }

    /// <summary>Adds the routes.</summary>
    public void Map(WebApplication app, GrpcSource source)
    {
        _source = source;
        _health = new(source.Health, NewWatches());
        var group = app.MapGroup("");
        group.MapGrpcService<PlacementCalls>();
        group.MapGrpcService<ClusterCalls>();
        group.MapGrpcService<ReadingCalls>();
        group.MapGrpcService<HealthCalls>();
        group.MapGrpcReflectionService();
        // A route that gets nothing here is closed to all.
        ((IEndpointConventionBuilder)group).Add(route =>
        {
            if (route is RouteEndpointBuilder { RoutePattern.RawText: { } path } && GrpcAccess.Of(path) is { } access) route.Metadata.Add(access);
        });
        var watches = app.Services.GetRequiredService<Watches>();
        source.Metrics.Watches = () => watches.Open;
        var health = _health;
        health.Look();
        _looking = source.Time.CreateTimer(_ => health.Look(), null, HealthInterval, HealthInterval);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _looking?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Watches NewWatches() => new(options.Watches, TimeSpan.FromMilliseconds(options.WatchMilliseconds), Source.Time, Source.Stopping);

    private GrpcSource Source => _source ?? throw new InvalidOperationException("Nothing is mapped yet.");
}
