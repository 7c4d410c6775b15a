namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>A condition as all resources have them.</summary>
/// <param name="Type">One of <see cref="OverBudget"/>, <see cref="Readable"/>.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Since">Since when it has held, or not held; whole seconds.</param>
public sealed record PowerDomainCondition(string Type, bool Holds, string Reason, string Message, DateTimeOffset Since)
{
    /// <summary>More is committed than the budget.</summary>
    public const string OverBudget = "OverBudget";

    /// <summary>Everything in the spec can be read.</summary>
    public const string Readable = "Readable";
}
