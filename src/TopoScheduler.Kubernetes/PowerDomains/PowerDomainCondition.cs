namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>Types of the conditions a power domain has.</summary>
public static class PowerDomainCondition
{
    /// <summary>More is committed than the budget.</summary>
    public const string OverBudget = "OverBudget";

    /// <summary>Everything in the spec can be read.</summary>
    public const string Readable = "Readable";
}
