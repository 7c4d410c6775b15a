namespace TopoScheduler.Server.Answers;

/// <summary>A condition of a gang.</summary>
/// <param name="Type">Which.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Since">Since when it has held, or not held: <c>2027-01-31T16:00:00Z</c>.</param>
public sealed record GangStanding(string Type, bool Holds, string Reason, string Message, string Since);
