namespace TopoScheduler.Core.Power;

/// <summary>Upper bounds of the cooling classes in watts a rack: the default budget of a rack that states none (IND 2026 planning table).</summary>
public static class CoolingDefaults
{
    /// <summary>Watts a rack of this class can be cooled for; null where the class has no upper bound or is not stated.</summary>
    public static long? RackWatts(CoolingClass cooling) => cooling switch
    {
        CoolingClass.Air => 20_000,
        CoolingClass.RearDoor => 35_000,
        CoolingClass.Liquid => 100_000,
        CoolingClass.Immersion1P => 200_000,
        _ => null,
    };

    /// <summary>The class as the label spells it.</summary>
    public static string LabelValue(CoolingClass cooling) => cooling switch
    {
        CoolingClass.Air => "air",
        CoolingClass.RearDoor => "rear-door",
        CoolingClass.Liquid => "liquid",
        CoolingClass.Immersion1P => "immersion-1p",
        CoolingClass.Immersion2P => "immersion-2p",
        _ => "unknown",
    };
}
