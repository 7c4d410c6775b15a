using System.Globalization;
using System.Text;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Benchmarks;

/// <summary>One rung of the ladder of verbs: reader, verb and writer, on this thread or over a loopback connection.</summary>
/// <param name="Verb">filter or prioritize.</param>
/// <param name="Door">inside (this thread alone) or http (a connection of its own); with -changing, a pod comes or goes before each request.</param>
/// <param name="Names">Candidates in the request.</param>
/// <param name="BodyBytes">Length of the request.</param>
/// <param name="Ours">What ours costs.</param>
/// <param name="Plain">What the plain handler costs.</param>
/// <param name="Floor">What the same bytes in and out cost where nobody looks at them; none inside.</param>
public sealed record VerbCase(string Verb, string Door, int Names, int BodyBytes, Measurement Ours, Measurement Plain, Measurement? Floor)
{
    /// <summary>Head of the table that <see cref="Row"/> fills.</summary>
    public const string Head =
        "| verb | door | names | request KB | floor µs | µs | plain µs | times faster | allocated bytes | plain bytes |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|";

    /// <summary>Plain time over ours in the same run.</summary>
    public double TimesFaster => Plain.Milliseconds / Ours.Milliseconds;

    /// <summary>Names the case in the file of limits.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Verb},{Door},{Names}");

    /// <summary>As a table row.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"| {Verb} | {Door} | {Names:N0} | {BodyBytes / 1000.0:F0} | {(Floor is { } floor ? Micro(floor) : "")} | {Micro(Ours)} | {Micro(Plain)} | {TimesFaster:F1} | {Ours.AllocatedBytes:N0} | {Plain.AllocatedBytes:N0} |");

    /// <summary>A request with every node of the cluster as a candidate, and a stranger.</summary>
    public static byte[] Request(ClusterSnapshot cluster) => Encoding.UTF8.GetBytes(
        """{"Pod":{"metadata":{"name":"trainer-0","namespace":"ml","uid":"6d3c9a52-0000-4000-8000-000000000001","labels":{"app":"trainer"},"creationTimestamp":null},"spec":{"containers":[{"name":"main","image":"registry.example/trainer:1","resources":{"limits":{"nvidia.com/gpu":"8"},"requests":{"nvidia.com/gpu":"8"}}}],"schedulerName":"topo-scheduler"},"status":{"phase":"Pending"}},"Nodes":null,"NodeNames":["""
        + string.Join(',', cluster.Topology.NodeNames.Append("stranger").Select(n => $"\"{n}\"")) + "]}");

    private static string Micro(Measurement found) => (found.Milliseconds * 1000).ToString(found.Milliseconds < 0.1 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
