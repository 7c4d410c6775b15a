namespace TopoScheduler.Server.Answers;

/// <summary>Something that will happen to a gang by itself.</summary>
/// <param name="What">What.</param>
/// <param name="At">When: <c>2027-01-31T16:00:00Z</c>.</param>
public sealed record GangEvent(string What, string At);
