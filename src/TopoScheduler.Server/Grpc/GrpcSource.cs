using Microsoft.Extensions.Logging;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Health;
using TopoScheduler.Server.Readings;
using TopoScheduler.Server.Telemetry;

namespace TopoScheduler.Server.Grpc;

/// <summary>What the calls of gRPC are answered from.</summary>
internal sealed record GrpcSource
{
    /// <summary>Answers.</summary>
    public required LiveQuestions Questions { get; init; }

    /// <summary>Lets few plan at a time, whichever door they come by.</summary>
    public required HeavyQuestions Heavy { get; init; }

    /// <summary>Takes readings; null where they are not taken.</summary>
    public required PushEndpoint? Push { get; init; }

    /// <summary>What must hold.</summary>
    public required HealthChecks Health { get; init; }

    /// <summary>Times calls.</summary>
    public required ApiMetrics Metrics { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The server stops.</summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>The log.</summary>
    public required ILoggerFactory Loggers { get; init; }
}
