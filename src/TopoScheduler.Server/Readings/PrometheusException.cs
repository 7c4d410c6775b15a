namespace TopoScheduler.Server.Readings;

/// <summary>Why Prometheus did not answer a question.</summary>
internal enum PrometheusFault
{
    /// <summary>It cannot be reached.</summary>
    Unreachable,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>It answered with another status than 200.</summary>
    Status,

    /// <summary>The answer is no vector.</summary>
    Malformed,

    /// <summary>The answer comes with warnings: something that belongs to it may be missing, and a sum without it would be too low.</summary>
    Incomplete,

    /// <summary>The answer is larger than allowed.</summary>
    TooLarge,

    /// <summary>The token for it cannot be read.</summary>
    Token,
}

/// <summary>A question that was not answered.</summary>
internal sealed class PrometheusException(PrometheusFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public PrometheusFault Fault { get; } = fault;
}
