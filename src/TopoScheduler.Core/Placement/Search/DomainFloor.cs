namespace TopoScheduler.Core.Placement.Search;

/// <summary>Fewest domains of the widest tier that can hold the gang, as a bound on entries at the root.</summary>
internal sealed class DomainFloor(CostModel cost, int members, int largest, int fewest)
{
    /// <summary>False for an entry that will use more than the fewest domains, however the rest is placed.</summary>
    public bool Reachable(int placed, UInt128 spread) => cost.WidestUsed(spread) + (members - placed + largest - 1) / largest <= fewest;
}
