namespace TopoScheduler.Kubernetes.Api.Leases;

/// <summary>Which lease is held and in which rhythm.</summary>
public sealed record LeaseOptions
{
    /// <summary>Namespace of the lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the lease.</summary>
    public required string Name { get; init; }

    /// <summary>Who we are: host and something unique.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait after the last change of the lease.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader works on without a renewal that succeeds.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between attempts.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Attempts to take over differ by up to this factor of the pause.</summary>
    public double JitterFactor { get; init; } = 1.2;

    /// <summary>Chance.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Told when the holder changes: its identity, empty when there is none. Null: nobody.</summary>
    public Action<string>? HolderChanged { get; init; }

    /// <summary>Told of attempts that failed. Null: nobody.</summary>
    public Action<string>? Failed { get; init; }

    /// <summary>Throws where the times do not go together.</summary>
    internal void Check()
    {
        if (Identity.Length == 0)
        {
            throw new ArgumentException("The identity is empty, expected host and something unique.");
        }

        if (Duration <= RenewDeadline || RenewDeadline <= RetryPeriod * JitterFactor || RetryPeriod <= TimeSpan.Zero || Duration < TimeSpan.FromSeconds(1))
        {
            throw new ArgumentException($"lease {Duration}, renew deadline {RenewDeadline}, retry {RetryPeriod}: expected each shorter than the one before it.");
        }
    }
}
