namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>Whether a pod may go to its node.</summary>
/// <param name="Fits">It may.</param>
/// <param name="Why">In the words of whoever judged.</param>
internal sealed record Verdict(bool Fits, string Why)
{
    /// <summary>True when they differ, or when the engine has more to say of a pod that fits than that it fits: another node, another opinion.</summary>
    public bool IsOtherThan(Verdict theirs) => Fits != theirs.Fits || (Fits && Why.Length > 0) || Why.Contains(EngineVerdicts.But, StringComparison.Ordinal);
}
