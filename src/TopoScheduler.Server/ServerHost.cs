using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Access;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Api;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Extender;
using TopoScheduler.Server.Grpc;
using TopoScheduler.Server.Health;
using TopoScheduler.Server.Telemetry;
using TopoScheduler.Server.Telemetry.Exposition;
using TopoScheduler.Server.Telemetry.Otlp;
using TopoScheduler.Server.Webhook;

namespace TopoScheduler.Server;

/// <summary>
/// The server as a whole: Kestrel with its limits, the routes, the log. Starts when <see cref="StartAsync"/> is called, ends on SIGTERM, SIGINT or
/// <see cref="StopAsync"/>: requests under way are answered first.
/// </summary>
public sealed partial class ServerHost : IAsyncDisposable
{
    private const int Mebibyte = 1 << 20;
    private const int MostConnections = 1024;

    // kube-scheduler keeps idle connections for 90 s and does not repeat a POST that meets a closed one.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly ExtenderEndpoints _extender;
    private readonly ApiEndpoints? _api;
    private readonly GrpcDoor? _grpc;
    private readonly HeavyQuestions _heavy;
    private readonly Doors _doors;
    private readonly AuditLog? _audit;
    private readonly ServeSettings _settings;
    private readonly Scheduling _scheduling;
    private readonly MetricsPage _metrics;
    private readonly OtlpExport? _otlp;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private readonly ILogger<ServerHost> _logger;

    /// <summary>A server that does not listen yet.</summary>
    /// <param name="settings">Its options.</param>
    /// <param name="scheduling">Makes what is behind the routes.</param>
    /// <param name="logging">Another log than standard error.</param>
    /// <exception cref="InputException">A certificate, a token or the file of the record cannot be used.</exception>
    public ServerHost(ServeSettings settings, Func<ILoggerFactory, Scheduling> scheduling, Action<ILoggingBuilder>? logging = null)
    {
        _settings = settings;
        _doors = new(settings);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPool.Factory>();
        builder.Services.AddRoutingCore();
        if (settings.Listen.GrpcUrl is not null) _grpc = new(settings.Grpc, settings.Api);
        _grpc?.AddTo(builder.Services);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Goodbye);
        ServerLog.Configure(builder.Logging, settings.Log, logging);
        _app = builder.Build();
        _logger = _app.Services.GetRequiredService<ILogger<ServerHost>>();
        _scheduling = scheduling(_app.Services.GetRequiredService<ILoggerFactory>());
        _audit = AuditLog.Open(settings, _scheduling.Time, _app.Services.GetRequiredService<ILogger<AuditLog>>());
        _scheduling.Record(_audit);
        _metrics = new(_scheduling.Metrics.Meter, TimeProvider.System, LogNotMeasured);
        _otlp = OtlpExport.Start(settings.Metrics);
        Health.AddReady("cluster", () => _scheduling.IsKnown ? null : "the cluster is not known yet");
        Health.AddReady("leader", () => !_scheduling.IsKnown || _scheduling.MayBeAsked ? null : "another replica schedules");
        Health.AddReady("shutdown", () => _app.Lifetime.ApplicationStopping.IsCancellationRequested ? "the server is stopping" : null);
        var options = settings.Extender;
        var limits = new ExtenderLimits
        {
            BodyBytes = options.BodyMiB * Mebibyte,
            ObjectBodyBytes = (int)Math.Min(Array.MaxLength, (long)options.NodesBodyMiB * Mebibyte),
            ReceiveTime = TimeSpan.FromMilliseconds(options.ReceiveMilliseconds),
        };
        _extender = new(_scheduling.Verbs, limits, options.OnlyFailedNodes, _scheduling.Metrics, _app.Services.GetRequiredService<ILogger<ExtenderEndpoints>>());
        var (questions, metrics) = (new LiveQuestions(_scheduling.Questions), new ApiMetrics(_scheduling.Metrics.Meter));
        _heavy = new(settings.Api.PlansAtOnce, HeavyQuestions.UsualPatience, TimeSpan.FromSeconds(settings.Api.PlanSeconds));
        if (settings.Api.Enabled) _api = new(questions, _heavy, metrics, settings.Api, _app.Services.GetRequiredService<ILogger<ApiEndpoints>>());
        var access = _scheduling.AccessMetrics;
        _doors.Tell(_app.Services.GetRequiredService<ILogger<Doors>>(), () => access.Refused("certificate"));
        Map(new(_scheduling.Callers, access, TimeProvider.System, _app.Services.GetRequiredService<ILogger<AccessGate>>()));
        _grpc?.Map(_app, new()
        {
            Questions = questions,
            Heavy = _heavy,
            Push = _scheduling.Push,
            Health = Health,
            Metrics = metrics,
            Time = _scheduling.Time,
            Stopping = _app.Lifetime.ApplicationStopping,
            Loggers = _app.Services.GetRequiredService<ILoggerFactory>(),
        });
    }

    /// <summary>What must hold before the server is ready; add to it before the start.</summary>
    public HealthChecks Health { get; } = new();

    /// <summary>Every route it answers, with what it says of who may call it.</summary>
    internal IEnumerable<Endpoint> Routes => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(s => s.Endpoints);

    /// <summary>The addresses it listens on, once it does: the extender's first.</summary>
    public IReadOnlyList<string> Urls => [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        await _app.StartAsync(cancellation).ConfigureAwait(false);
        _running = RunAsync();
        var snapshot = _scheduling.Verbs.Current?.Snapshot;
        var pods = snapshot is null ? 0 : Enumerable.Range(0, snapshot.Nodes.Length).Sum(n => snapshot.PodsOf(n).Length);
        // Legal, because another replica may place what this one gates; seldom meant.
        if (_settings.Webhook is { Url: not null, Gate: true } && !_settings.Gangs.Controller) LogNobodyPlaces();
        LogStarted(string.Join(", ", Urls), _settings.Source.Cluster is { } file ? $"cluster file {file}" : "live cluster", snapshot?.Nodes.Length ?? 0, pods);
    }

    /// <summary>Ends when the server does.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Takes no more requests and ends when those under way are answered, at the latest after 5 s.</summary>
    public Task StopAsync(CancellationToken cancellation = default) => _app.StopAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_grpc is not null) await _grpc.DisposeAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _extender.Dispose();
        _heavy.Dispose();
        _otlp?.Dispose();
        _metrics.Dispose();
        _scheduling.Dispose();
        if (_audit is not null) await _audit.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    // What watches the cluster must not end before the server does: a scheduler that sees nothing any more would answer from the past.
    private async Task RunAsync()
    {
        try
        {
            await _scheduling.RunAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogBroken(e);
            _app.Lifetime.StopApplication();
        }
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromMilliseconds(_settings.Extender.ReceiveMilliseconds);
        // An answer about 15,000 nodes is about 1 MiB: it is handed over at once, without waiting for the caller to read.
        kestrel.Limits.MaxResponseBufferSize = 4 * Mebibyte;
        // A caller over HTTP/2 that went away without a word is found out, and what it watched ends.
        (kestrel.Limits.Http2.KeepAlivePingDelay, kestrel.Limits.Http2.KeepAlivePingTimeout) = (PingDelay, PingTimeout);
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestBodySize = (long)_settings.Extender.NodesBodyMiB * Mebibyte;
        _doors.Listen(kestrel);
    }

    // Whoever asks is judged when the route is known and before anything of the request is read.
    private void Map(AccessGate gate)
    {
        _app.Use(Doors.KeepAsync);
        _app.UseRouting();
        _app.Use(gate.InvokeAsync);
        HealthEndpoints.Map(_app, Health);
        MetricsEndpoint.Map(_app, _metrics);
        _extender.Map(_app);
        _scheduling.Push?.Map(_app);
        _api?.Map(_app);
        if (!_doors.HasWebhook) return;
        var options = _settings.Webhook;
        var logger = _app.Services.GetRequiredService<ILogger<WebhookEndpoints>>();
        new WebhookEndpoints(options.Gate ? options.ManagedPods() : null, _scheduling.Guard, () => _scheduling.Verbs.Current is not null, logger) { Audit = _audit }.Map(_app);
    }

    [LoggerMessage(1, LogLevel.Information, "serving on {Urls} from {Source}: {Nodes} nodes, {Pods} pods")]
    private partial void LogStarted(string urls, string source, int nodes, int pods);

    [LoggerMessage(3, LogLevel.Warning, "webhook.gate puts a gate on new pods and gangs.controller is off: they wait until another replica places them")]
    private partial void LogNobodyPlaces();

    [LoggerMessage(2, LogLevel.Critical, "the cluster cannot be watched any more; the server ends")]
    private partial void LogBroken(Exception e);

    [LoggerMessage(4, LogLevel.Warning, "a metric cannot be told: {Reason}")]
    private partial void LogNotMeasured(string reason);
}
