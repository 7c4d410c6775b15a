using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using TopoScheduler.Core.Power;
using TopoScheduler.Server.Readings;

namespace TopoScheduler.Server.Configuration;

/// <summary>Where measured watts come from. Each kind has a query, a query for the time of its samples, and the label that names the node or domain.</summary>
public sealed partial class TelemetryOptions
{
    private const string Gpus = "sum by (Hostname) (max by (Hostname, gpu) (DCGM_FI_DEV_POWER_USAGE))";
    private const string GpuTimes = "min by (Hostname) (timestamp(DCGM_FI_DEV_POWER_USAGE))";
    private const string GpuCounts = "count by (Hostname) (max by (Hostname, gpu) (DCGM_FI_DEV_POWER_USAGE))";
    private const string NodeTimes = "min by (node_name) (timestamp(kepler_platform_watts{source=\"redfish\"}))";
    private const string Nodes =
        "sum by (node_name) (max by (node_name, chassis_id, source_id) (kepler_platform_watts{source=\"redfish\", source_type=\"PowerSupply\"}))" +
        " or max by (node_name) (kepler_platform_watts{source=\"redfish\", source_type!=\"PowerSupply\"})";

    /// <summary>Base URL of a Prometheus server.</summary>
    /// <value>Default none: nothing is asked.</value>
    public string? Prometheus { get; set; }

    /// <summary>Seconds from one round of queries to the next.</summary>
    /// <value>Default 15; more asks less of Prometheus, less sees a change sooner.</value>
    [Range(1, 3600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int IntervalSeconds { get; set; } = 15;

    /// <summary>Seconds after which a reading is no longer believed and reserved watts count instead. More than the scrape interval.</summary>
    /// <value>Default three intervals; more rides out longer gaps, less falls back sooner.</value>
    [Range(1, 86_400, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int? StaleSeconds { get; set; }

    /// <summary>Seconds one query may take.</summary>
    /// <value>Default 10.</value>
    [Range(1, 300, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>MiB of an answer; a larger one is not used.</summary>
    /// <value>Default 16; 10,000 nodes take about 1.</value>
    [Range(1, 256, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int AnswerMiB { get; set; } = 16;

    /// <summary>A file with the bearer token for Prometheus. Read again for every query.</summary>
    /// <value>Default none.</value>
    public string? BearerTokenFile { get; set; }

    /// <summary>PEM of the certificates that alone may vouch for Prometheus. Read again when it changes.</summary>
    /// <value>Default none: those of the system.</value>
    public string? CaFile { get; set; }

    /// <summary>Watts of all GPUs of a node together, one row a node. Empty: not asked.</summary>
    /// <value>Default the sum over the GPUs of DCGM's exporter, each once.</value>
    public string GpuQuery { get; set; } = Gpus;

    /// <summary>When the samples of <see cref="GpuQuery"/> were taken, in seconds since 1970. Not needed where that is a plain selector.</summary>
    /// <value>Default the oldest of the samples summed.</value>
    public string? GpuTimeQuery { get; set; }

    /// <summary>
    /// How many GPUs <see cref="GpuQuery"/> sums up, one row a node: a sum over some of a node's GPUs is too low and is not used. Not pushed readings, and not where
    /// it is not asked.
    /// </summary>
    /// <value>Default the GPUs of DCGM's exporter where <see cref="GpuQuery"/> is not set, else none.</value>
    public string? GpuCountQuery { get; set; }

    /// <summary>The label that names the node.</summary>
    /// <value>Default <c>Hostname</c>.</value>
    public string GpuLabel { get; set; } = "Hostname";

    /// <summary>Watts of whole nodes, one row a node. Empty: not asked.</summary>
    /// <value>Default Kepler's figures of a node's BMC: the sum of its power supplies, else the largest of its other rows, of which the rest are parts.</value>
    public string NodeQuery { get; set; } = Nodes;

    /// <summary>When the samples of <see cref="NodeQuery"/> were taken.</summary>
    /// <value>Default the oldest of the node's rows.</value>
    public string? NodeTimeQuery { get; set; }

    /// <summary>The label that names the node.</summary>
    /// <value>Default <c>node_name</c>.</value>
    public string NodeLabel { get; set; } = "node_name";

    /// <summary>Watts of racks, one row a rack. Empty: not asked.</summary>
    /// <value>Default none.</value>
    public string RackQuery { get; set; } = "";

    /// <summary>When the samples of <see cref="RackQuery"/> were taken.</summary>
    /// <value>Default none.</value>
    public string? RackTimeQuery { get; set; }

    /// <summary>The label that names the rack.</summary>
    /// <value>Default <c>rack</c>.</value>
    public string RackLabel { get; set; } = "rack";

    /// <summary>Watts of PDUs, one row a PDU. Empty: not asked.</summary>
    /// <value>Default none.</value>
    public string PduQuery { get; set; } = "";

    /// <summary>When the samples of <see cref="PduQuery"/> were taken.</summary>
    /// <value>Default none.</value>
    public string? PduTimeQuery { get; set; }

    /// <summary>The label that names the PDU.</summary>
    /// <value>Default <c>pdu</c>.</value>
    public string PduLabel { get; set; } = "pdu";

    /// <summary>Watts of rows of racks, one row of the answer each. Empty: not asked.</summary>
    /// <value>Default none.</value>
    public string RowQuery { get; set; } = "";

    /// <summary>When the samples of <see cref="RowQuery"/> were taken.</summary>
    /// <value>Default none.</value>
    public string? RowTimeQuery { get; set; }

    /// <summary>The label that names the row.</summary>
    /// <value>Default <c>row</c>.</value>
    public string RowLabel { get; set; } = "row";

    /// <summary>Watts of the site. Empty: not asked.</summary>
    /// <value>Default none.</value>
    public string FacilityQuery { get; set; } = "";

    /// <summary>When the samples of <see cref="FacilityQuery"/> were taken.</summary>
    /// <value>Default none.</value>
    public string? FacilityTimeQuery { get; set; }

    /// <summary>The label that names the site.</summary>
    /// <value>Default <c>facility</c>.</value>
    public string FacilityLabel { get; set; } = "facility";

    /// <summary>Take readings at <c>POST /v1/power/readings</c>.</summary>
    /// <value>Default false.</value>
    public bool Push { get; set; }

    /// <summary>True where readings may come from anywhere.</summary>
    internal bool IsOn => Prometheus is { Length: > 0 } || Push;

    /// <summary>How long a reading is believed.</summary>
    internal TimeSpan Stale => TimeSpan.FromSeconds(StaleSeconds ?? 3 * IntervalSeconds);

    /// <summary>What is asked. A query whose time nobody can ask for has an empty one.</summary>
    internal ImmutableArray<PowerQuery> Queries() =>
    [
        .. new[]
        {
            new PowerQuery(PowerReadingKind.NodeGpus, "gpuQuery", GpuQuery, TimesOf(GpuQuery, GpuTimeQuery), GpuLabel) { Counts = GpuCountQuery ?? (GpuQuery == Gpus ? GpuCounts : "") },
            new PowerQuery(PowerReadingKind.Node, "nodeQuery", NodeQuery, TimesOf(NodeQuery, NodeTimeQuery), NodeLabel),
            new PowerQuery(PowerReadingKind.Rack, "rackQuery", RackQuery, TimesOf(RackQuery, RackTimeQuery), RackLabel),
            new PowerQuery(PowerReadingKind.Pdu, "pduQuery", PduQuery, TimesOf(PduQuery, PduTimeQuery), PduLabel),
            new PowerQuery(PowerReadingKind.Row, "rowQuery", RowQuery, TimesOf(RowQuery, RowTimeQuery), RowLabel),
            new PowerQuery(PowerReadingKind.Facility, "facilityQuery", FacilityQuery, TimesOf(FacilityQuery, FacilityTimeQuery), FacilityLabel),
        }.Where(q => !string.IsNullOrWhiteSpace(q.Query)),
    ];

    /// <summary>True for the name of a label.</summary>
    internal static bool IsLabel(string name) => LabelName().IsMatch(name);

    // timestamp() tells when a sample was taken only of a plain selector; of anything else it tells the time of the question.
    private static string TimesOf(string query, string? times) =>
        !string.IsNullOrWhiteSpace(times) ? times : query switch { Gpus => GpuTimes, Nodes => NodeTimes, _ => Selector().IsMatch(query) ? $"timestamp({query.Trim()})" : "" };

    [GeneratedRegex("""^\s*[a-zA-Z_:][a-zA-Z0-9_:]*\s*(\{([^"'`{}]|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|`[^`]*`)*\})?\s*$""", RegexOptions.NonBacktracking)]
    private static partial Regex Selector();

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_]*$", RegexOptions.NonBacktracking)]
    private static partial Regex LabelName();
}
