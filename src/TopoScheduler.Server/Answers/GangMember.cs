namespace TopoScheduler.Server.Answers;

/// <summary>Where a member of a gang goes.</summary>
/// <param name="Index">Member index.</param>
/// <param name="Node">Its node.</param>
/// <param name="Pod">The pod that is this member; null as long as none is.</param>
public sealed record GangMember(int Index, string Node, string? Pod);
