using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Labels;

/// <summary>Keys of the power labels (<c>design.md</c> §3.2), and how a node's place in the power tree is read from them.</summary>
public static class PowerLabels
{
    /// <summary>Rack.</summary>
    public const string Rack = LabelProfiles.Prefix + "rack";

    /// <summary>PDU; the A side of a dual-corded node.</summary>
    public const string Pdu = LabelProfiles.Prefix + "pdu";

    /// <summary>B-side PDU.</summary>
    public const string PduB = LabelProfiles.Prefix + "pdu-b";

    /// <summary>Row or busway.</summary>
    public const string Row = LabelProfiles.Prefix + "row";

    /// <summary>Facility.</summary>
    public const string Facility = LabelProfiles.Prefix + "facility";

    /// <summary>Added to the five keys above: usable watts there.</summary>
    public const string BudgetSuffix = "-power-budget-watts";

    /// <summary>Feed of a single-corded node: <c>A</c> or <c>B</c>.</summary>
    public const string Feed = LabelProfiles.Prefix + "feed";

    /// <summary>Cooling class of the rack.</summary>
    public const string Cooling = LabelProfiles.Prefix + "cooling";

    /// <summary>Most watts the node draws.</summary>
    public const string NodeMaxWatts = LabelProfiles.Prefix + "node-max-watts";

    /// <summary>Watts the node draws idle.</summary>
    public const string NodeIdleWatts = LabelProfiles.Prefix + "node-idle-watts";

    /// <summary><c>"false"</c>: the node is switched off.</summary>
    public const string Powered = LabelProfiles.Prefix + "powered";

    /// <summary><c>enforced</c>: an agent on the node obeys GPU power caps.</summary>
    public const string GpuPowerCap = LabelProfiles.Prefix + "gpu-power-cap";

    /// <summary>Largest number of watts any label may state.</summary>
    public const long MostWatts = 1_000_000_000;

    /// <summary>Racks as providers name them, where ours is missing.</summary>
    internal static readonly ImmutableArray<string> RackKeys = [Rack, "node.coreweave.cloud/rack", "oci.oraclecloud.com/host.rack_id"];

    private static readonly (string Word, CoolingClass Value)[] CoolingWords =
        [.. Enum.GetValues<CoolingClass>().Where(c => c != CoolingClass.Unknown).Select(c => (CoolingDefaults.LabelValue(c), c))];

    internal static PowerLocation Read(NodeLabels labels, ImmutableArray<Problem>.Builder problems)
    {
        return new()
        {
            Rack = labels.First(RackKeys),
            Pdu = labels[Pdu],
            PduB = labels[PduB],
            Row = labels[Row],
            Facility = labels[Facility],
            Feed = labels.OneOf<PowerFeed>(Feed, [("A", PowerFeed.A), ("B", PowerFeed.B)], problems) ?? PowerFeed.None,
            Cooling = labels.OneOf(Cooling, CoolingWords, problems) ?? CoolingClass.Unknown,
            RackBudgetWatts = Budget(labels, Rack, problems),
            PduBudgetWatts = Budget(labels, Pdu, problems),
            PduBBudgetWatts = Budget(labels, PduB, problems),
            RowBudgetWatts = Budget(labels, Row, problems),
            FacilityBudgetWatts = Budget(labels, Facility, problems),
        };
    }

    // A budget that is there but wrong is not the same as none: it must not open the domain.
    private static long? Budget(NodeLabels labels, string key, ImmutableArray<Problem>.Builder problems) =>
        Watts(labels, key + BudgetSuffix, 1, problems) ?? (labels[key + BudgetSuffix] is null ? null : PowerLocation.UnreadableBudget);

    internal static long? Watts(NodeLabels labels, string key, long least, ImmutableArray<Problem>.Builder problems) =>
        labels.Whole(key, (least, MostWatts), $"whole watts between {least} and {MostWatts}, for example \"40000\"", problems);
}
