using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Capacity;

/// <summary>How much room a cluster has for gangs of pods of one kind. Every count is what <see cref="PlacementEngine"/> can place, watts included.</summary>
public sealed record CapacityReport
{
    /// <summary>The accelerator resource counted.</summary>
    public required string Resource { get; init; }

    /// <summary>Devices a pod asks for.</summary>
    public required int GpusPerPod { get; init; }

    /// <summary>Allocatable devices of all nodes.</summary>
    public required long Gpus { get; init; }

    /// <summary>Devices that pods have.</summary>
    public required long BusyGpus { get; init; }

    /// <summary>Free devices on nodes that take no new pods: not Ready, cordoned, switched off, or of unknown watts under a budget.</summary>
    public required long ClosedGpus { get; init; }

    /// <summary>Free devices on the other nodes.</summary>
    public required long FreeGpus { get; init; }

    /// <summary>Free devices left over on their node because fewer than a pod's are free there, or no pod more may start there.</summary>
    public required long RemainderGpus { get; init; }

    /// <summary>Free devices, remainders excluded, that no pod of this size can use because of a power budget.</summary>
    public required long PowerStrandedGpus { get; init; }

    /// <summary>The largest gang inside one domain of each tier, narrowest tier first.</summary>
    public required ImmutableArray<LargestGang> Largest { get; init; }

    /// <summary>Gangs of some sizes that can be placed one after the other.</summary>
    public required ImmutableArray<GangSlots> Slots { get; init; }

    /// <summary>Free devices that whole-domain gangs cannot use, narrowest tier first.</summary>
    public required ImmutableArray<TierFragmentation> Fragmentation { get; init; }
}

/// <summary>The largest gang that fits inside one domain of a tier.</summary>
/// <param name="Tier">Name of the tier.</param>
/// <param name="Pods">Members; 0 when not even one fits.</param>
/// <param name="Gpus">Their devices.</param>
/// <param name="Domain">A domain that takes it, as the engine would choose; null when nothing fits.</param>
/// <param name="Proved">False when the bounded search could not tell whether one member more fits.</param>
public sealed record LargestGang(string Tier, int Pods, long Gpus, string? Domain, bool Proved);

/// <summary>How many gangs of a size can be placed one after the other, all of them there at once in the end, as many as possible inside narrow domains.</summary>
/// <param name="Gpus">Devices of a gang, as asked.</param>
/// <param name="Pods">Members of a gang: devices over devices per pod, rounded up.</param>
/// <param name="Count">How many fit.</param>
/// <param name="Proved">False when the bound of plans was met or the search could not tell: there may be more.</param>
/// <param name="WithinTier">How many of them sit inside one domain of a tier and of no narrower one, narrowest first.</param>
public sealed record GangSlots(int Gpus, int Pods, int Count, bool Proved, ImmutableArray<SlotsOfTier> WithinTier);

/// <summary>Gangs whose narrowest common domain is of a tier.</summary>
/// <param name="Tier">Name of the tier.</param>
/// <param name="Count">How many.</param>
public sealed record SlotsOfTier(string Tier, int Count);

/// <summary>
/// Fragmentation at a tier: a domain is whole if one gang can take every device of its open nodes now, watts included. Free devices of the others
/// are stranded for whole-domain gangs.
/// </summary>
/// <param name="Tier">Name of the tier.</param>
/// <param name="Domains">Domains with devices on open nodes.</param>
/// <param name="WholeDomains">How many of them are whole.</param>
/// <param name="StrandedGpus">Free devices that no whole-domain gang can use.</param>
/// <param name="Share">Stranded over free devices, 0 to 1; 0 when nothing is free.</param>
public sealed record TierFragmentation(string Tier, int Domains, int WholeDomains, long StrandedGpus, double Share);

/// <summary>What is left of a power budget.</summary>
/// <param name="Kind"><c>rack</c>, <c>pdu</c>, <c>row</c> or <c>facility</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="BudgetWatts">Its effective budget.</param>
/// <param name="DrawWatts">Committed draw in the worst feed state.</param>
/// <param name="HeadroomWatts">Budget less draw; negative for a domain that is over.</param>
/// <param name="FullDrawWatts">The draw with every node at its maximum, in the worst feed state.</param>
public sealed record PowerHeadroom(string Kind, string Name, long BudgetWatts, long DrawWatts, long HeadroomWatts, long FullDrawWatts);
