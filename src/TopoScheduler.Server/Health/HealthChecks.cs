namespace TopoScheduler.Server.Health;

/// <summary>What must hold before requests are sent here, by name.</summary>
public sealed class HealthChecks
{
    private readonly List<(string Name, Func<string?> Reason)> _ready = [];

    /// <summary>Adds a condition of being ready.</summary>
    /// <param name="name">One word.</param>
    /// <param name="reason">Why it does not hold; null when it does. Called often, must not wait.</param>
    public void AddReady(string name, Func<string?> reason) => _ready.Add((name, reason));

    /// <summary>The conditions of being ready, each with why it does not hold.</summary>
    internal IReadOnlyList<(string Name, string? Reason)> Ready() => [.. _ready.Select(c => (c.Name, c.Reason()))];
}
