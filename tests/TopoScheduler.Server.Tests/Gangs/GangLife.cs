using Microsoft.Extensions.Logging.Abstractions;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Events;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Server.Audit;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers.Gangs;
using TopoScheduler.Server.Telemetry;
using TopoScheduler.Testing.FakeApi;
using TopoScheduler.Testing.FakeCluster;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>One process that leads: what it knows dies with it.</summary>
internal sealed class GangLife
{
    private readonly ApiClient _client;

    public GangLife(FakeObjects objects, FakeApiHandler handler, GangOptions options, Action<FakeEvent>? told = null, AuditLog? audit = null)
    {
        _client = handler.Client();
        Book = new(new OwnerSource(_client.GetAsync), []);
        Informers = new(objects, State, Book, Roster) { Told = told };
        Starts = new(Metrics = new(objects.Time), PlacementPolicy.Default, () => true, objects.Time, NullLogger<StartedGangs>.Instance);
        Controller = new(_client, State, Book, Roster, PlacementPolicy.Default, options, Events.Add, Starts, objects.Time, NullLoggerFactory.Instance) { Audit = audit };
        Informers.Relist();
    }

    public ClusterState State { get; } = new();

    public PodBook Book { get; }

    public GangRoster Roster { get; } = new();

    public FakeInformers Informers { get; }

    public GangController Controller { get; }

    public SchedulerMetrics Metrics { get; }

    public StartedGangs Starts { get; }

    public List<EventNote> Events { get; } = [];

    public bool HasStarted { get; private set; }

    /// <summary>One look; the first reads what was planned before.</summary>
    /// <returns>When it wants to look again by itself.</returns>
    public async Task<DateTimeOffset?> StepAsync()
    {
        if (!HasStarted)
        {
            await Controller.StartAsync(CancellationToken.None);
            HasStarted = true;
        }

        return await Controller.StepAsync(CancellationToken.None);
    }
}
