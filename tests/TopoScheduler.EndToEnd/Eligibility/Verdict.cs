namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>Whether a pod may go to its node.</summary>
/// <param name="Fits">It may.</param>
/// <param name="Why">In the words of whoever judged.</param>
internal sealed record Verdict(bool Fits, string Why);
