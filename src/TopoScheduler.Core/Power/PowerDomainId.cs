namespace TopoScheduler.Core.Power;

/// <summary>A power domain by name: <c>rack/r7</c>.</summary>
/// <param name="Kind">Its rung.</param>
/// <param name="Name">Its name.</param>
public readonly record struct PowerDomainId(PowerDomainKind Kind, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}/{Name}";
}
