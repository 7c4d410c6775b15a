namespace TopoScheduler.Core.Power;

/// <summary>Rungs of the power tree, narrowest first: node ⊂ rack ⊂ PDU ⊂ row ⊂ facility. Missing rungs are skipped.</summary>
public enum PowerDomainKind
{
    /// <summary>A physical rack.</summary>
    Rack,

    /// <summary>A power distribution unit.</summary>
    Pdu,

    /// <summary>A row or busway.</summary>
    Row,

    /// <summary>The site.</summary>
    Facility,
}

/// <summary>The feed a single-corded node hangs on.</summary>
public enum PowerFeed
{
    /// <summary>Not said: the draw stays whichever feed is lost.</summary>
    None,

    /// <summary>Single-corded to feed A: its draw vanishes with it.</summary>
    A,

    /// <summary>Single-corded to feed B: its draw vanishes with it.</summary>
    B,
}

/// <summary>Cooling class of a rack; sets a default budget for a rack without any (upper bound of the class, IND 2026 planning table).</summary>
public enum CoolingClass
{
    /// <summary>Not said.</summary>
    Unknown,

    /// <summary>Room air: 20 kW a rack.</summary>
    Air,

    /// <summary>Rear-door heat exchanger: 35 kW a rack.</summary>
    RearDoor,

    /// <summary>Direct liquid, cold plate: 100 kW a rack.</summary>
    Liquid,

    /// <summary>Single-phase immersion: 200 kW a rack.</summary>
    Immersion1P,

    /// <summary>Two-phase immersion: no upper bound given ("200+").</summary>
    Immersion2P,
}

/// <summary>Where one node says it hangs in the power tree, and the budgets its labels state. Watts.</summary>
public sealed record PowerLocation
{
    /// <summary>Stands for a budget that is stated but cannot be read: the domain is closed unless another node states it readably.</summary>
    public const long UnreadableBudget = 0;

    /// <summary>A node without power labels.</summary>
    public static PowerLocation None { get; } = new();

    /// <summary>Name of the rack.</summary>
    public string? Rack { get; init; }

    /// <summary>Name of the PDU; the A side of a dual-corded node.</summary>
    public string? Pdu { get; init; }

    /// <summary>Name of the B-side PDU of a dual-corded node: half the draw on each, all of it on either when the other is lost.</summary>
    public string? PduB { get; init; }

    /// <summary>Name of the row.</summary>
    public string? Row { get; init; }

    /// <summary>Name of the facility.</summary>
    public string? Facility { get; init; }

    /// <summary>The feed of a single-corded node.</summary>
    public PowerFeed Feed { get; init; }

    /// <summary>Cooling class of the rack.</summary>
    public CoolingClass Cooling { get; init; }

    /// <summary>Usable watts of the rack, when this node states them.</summary>
    public long? RackBudgetWatts { get; init; }

    /// <summary>Usable watts of the PDU (and of <see cref="PduB"/> unless <see cref="PduBBudgetWatts"/> is stated).</summary>
    public long? PduBudgetWatts { get; init; }

    /// <summary>Usable watts of the B-side PDU.</summary>
    public long? PduBBudgetWatts { get; init; }

    /// <summary>Usable watts of the row.</summary>
    public long? RowBudgetWatts { get; init; }

    /// <summary>Usable watts of the facility.</summary>
    public long? FacilityBudgetWatts { get; init; }

    /// <summary>The PDUs that carry the node: A and B of a dual-corded one, else one or none. A lone or doubled B side is a single cord.</summary>
    internal (string? Pdu, string? PduB) Pdus() => Pdu is null ? (PduB, null) : (Pdu, PduB == Pdu ? null : PduB);
}
