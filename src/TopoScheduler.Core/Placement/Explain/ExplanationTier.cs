using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Explain;

/// <summary>The domains of one tier as places for the gang, its required and preferred tiers aside: a domain can hold it when all that must be placed fit in it.</summary>
/// <param name="Tier">Name of the tier.</param>
/// <param name="Domains">How many there are; for members that must go beside others, of those they may go to.</param>
/// <param name="CanHold">How many can hold the gang.</param>
/// <param name="Unknown">How many were not decided: planning each would have cost too much.</param>
/// <param name="IsRequired">The gang must be in one of them.</param>
/// <param name="IsPreferred">The gang would rather be in one of them.</param>
/// <param name="Eliminated">What keeps the others from it; with <paramref name="CanHold"/> and <paramref name="Unknown"/> they add up to <paramref name="Domains"/>.</param>
/// <param name="Best">The roomiest; absent where the tier has no domain.</param>
public sealed record ExplanationTier(
    string Tier, int Domains, int CanHold, int Unknown, bool IsRequired, bool IsPreferred, ImmutableArray<TierElimination> Eliminated, ExplanationDomain? Best);

/// <summary>Domains that cannot hold the gang, by what takes most of the room they miss.</summary>
/// <param name="Constraint">Resources: pods run there. Tier or nvlink: too few nodes, even if all of it were free. Else what eliminates its nodes.</param>
/// <param name="Domains">How many.</param>
/// <param name="Message">That in words.</param>
public sealed record TierElimination(FitConstraint Constraint, int Domains, string Message);

/// <summary>One domain as a place for the gang.</summary>
/// <param name="Path">Its path or name.</param>
/// <param name="Wanted">Members that must be placed.</param>
/// <param name="Room">Members it has room for by free slots and by watts; never more than wanted.</param>
/// <param name="Lost">Room for members that it would have were it not for these; empty when it can hold the gang.</param>
/// <param name="Reasons">What the engine says of this domain alone; empty when it can hold the gang.</param>
/// <param name="Occupants">Who has most of the accelerators in it.</param>
public sealed record ExplanationDomain(
    string Path, int Wanted, int Room, ImmutableArray<LostRoom> Lost, ImmutableArray<FitReason> Reasons, ImmutableArray<RoomOccupant> Occupants);

/// <summary>Room for members that a constraint takes.</summary>
/// <param name="Constraint">Resources: running pods have it. Power: watts, where free slots would do. Else what eliminates the nodes.</param>
/// <param name="Members">For how many members.</param>
/// <param name="Nodes">On how many nodes; 0 for watts.</param>
public sealed record LostRoom(FitConstraint Constraint, int Members, int Nodes);

/// <summary>A gang, or a pod of none, that runs in a domain.</summary>
/// <param name="Id"><c>job/ml/llama</c> or <c>pod/ml/notebook-0</c>.</param>
/// <param name="Pods">Its pods there.</param>
/// <param name="Gpus">Their accelerators.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="EndsAt">When it is expected to end; absent when unknown.</param>
public sealed record RoomOccupant(string Id, int Pods, int Gpus, int Priority, string? EndsAt);

/// <summary>The nodes as places for one member.</summary>
/// <param name="Nodes">How many there are.</param>
/// <param name="Usable">How many can take a member now.</param>
/// <param name="Slots">Members these can take together by free resources.</param>
/// <param name="Eliminated">What eliminates the others, each node by the first that does; with <paramref name="Usable"/> they add up to <paramref name="Nodes"/>.</param>
public sealed record ExplanationNodes(int Nodes, int Usable, int Slots, ImmutableArray<NodeElimination> Eliminated)
{
    /// <summary>Free accelerators on nodes that nothing but resources eliminates; 0 for a gang without.</summary>
    public int FreeGpus { get; init; }

    /// <summary>Most of them on one node.</summary>
    public int MostFreeGpus { get; init; }
}

/// <summary>Nodes that cannot take a member.</summary>
/// <param name="Constraint">What eliminates them.</param>
/// <param name="Nodes">How many.</param>
/// <param name="Details">The same by what exactly: which taint, which resource, which power domain; most nodes first, at most twelve.</param>
public sealed record NodeElimination(FitConstraint Constraint, int Nodes, ImmutableArray<EliminationDetail> Details);

/// <summary>Nodes eliminated by exactly the same.</summary>
/// <param name="Message">By what: <c>taint maintenance=true:NoSchedule</c>, <c>cordoned</c>.</param>
/// <param name="Nodes">How many.</param>
/// <param name="Names">Names of the first of them.</param>
public sealed record EliminationDetail(string Message, int Nodes, ImmutableArray<string> Names);
