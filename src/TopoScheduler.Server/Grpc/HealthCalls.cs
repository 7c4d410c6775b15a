using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using TopoScheduler.Server.Health;

namespace TopoScheduler.Server.Grpc;

/// <summary>
/// <c>grpc.health.v1</c>: serving while questions can be answered, which every replica does that knows the cluster. The server as a whole (no name) and each service stand alike.
/// </summary>
/// <param name="checks">What must hold.</param>
/// <param name="watches">Those who watch; apart from others, because anybody may.</param>
internal sealed class HealthCalls(HealthChecks checks, Watches watches) : HealthServiceImpl
{
    // Questions are answered by all replicas.
    private const string Excluded = "leader";

    private static readonly string[] Services = ["", "toposcheduler.v1.PlacementService", "toposcheduler.v1.ClusterService", "toposcheduler.v1.PowerReadingsService"];

    /// <summary>Looks anew, and tells those who watch.</summary>
    public void Look()
    {
        var serves = checks.Ready().All(c => c.Reason is null || c.Name == Excluded);
        foreach (var service in Services) SetStatus(service, serves ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing);
    }

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        Look();
        return base.Check(request, context);
    }

    /// <inheritdoc/>
    public override Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        Look();
        return watches.HoldAsync(context, async stop =>
        {
            await base.Watch(request, responseStream, context).WaitAsync(stop).ConfigureAwait(false);
            return 0;
        });
    }
}
