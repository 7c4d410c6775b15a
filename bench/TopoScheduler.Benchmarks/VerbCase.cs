using System.Globalization;
using System.Text;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Server.Extender;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Benchmarks;

/// <summary>One rung of the ladder of verbs: reader, verb and writer, on this thread or over a loopback connection.</summary>
/// <param name="Verb">filter or prioritize.</param>
/// <param name="Door">inside (this thread alone) or http (a connection of its own); with -changing, a pod comes or goes before each request.</param>
/// <param name="Names">Candidates in the request.</param>
/// <param name="BodyBytes">Length of the request.</param>
/// <param name="Ours">What ours costs.</param>
/// <param name="Plain">What the plain handler costs.</param>
public sealed record VerbCase(string Verb, string Door, int Names, int BodyBytes, Measurement Ours, Measurement Plain)
{
    /// <summary>Head of the table that <see cref="Row"/> fills.</summary>
    public const string Head =
        "| verb | door | names | request KB | µs | plain µs | times faster | allocated bytes | plain bytes |\n|---|---|---:|---:|---:|---:|---:|---:|---:|";

    /// <summary>Plain time over ours in the same run: fastest over fastest.</summary>
    public double TimesFaster => Plain.FastestMilliseconds / Ours.FastestMilliseconds;

    /// <summary>Names the case in the file of limits.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Verb},{Door},{Names}");

    /// <summary>As a table row.</summary>
    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"| {Verb} | {Door} | {Names:N0} | {BodyBytes / 1000.0:F0} | {Ours.Milliseconds * 1000:F0} | {Plain.Milliseconds * 1000:F0} | {TimesFaster:F1} | {Ours.AllocatedBytes:N0} | {Plain.AllocatedBytes:N0} |");

    /// <summary>A request with every node of the cluster as a candidate, and a stranger.</summary>
    public static byte[] Request(ClusterSnapshot cluster) => Encoding.UTF8.GetBytes(
        """{"Pod":{"metadata":{"name":"trainer-0","namespace":"ml","uid":"6d3c9a52-0000-4000-8000-000000000001","labels":{"app":"trainer"},"creationTimestamp":null},"spec":{"containers":[{"name":"main","image":"registry.example/trainer:1","resources":{"limits":{"nvidia.com/gpu":"8"},"requests":{"nvidia.com/gpu":"8"}}}],"schedulerName":"topo-scheduler"},"status":{"phase":"Pending"}},"Nodes":null,"NodeNames":["""
        + string.Join(',', cluster.Topology.NodeNames.Append("stranger").Select(n => $"\"{n}\"")) + "]}");

    /// <summary>Measures both verbs without a connection.</summary>
    /// <param name="scene">The cluster.</param>
    /// <param name="changing">A pod comes or goes before each request; that is not measured.</param>
    public static IEnumerable<VerbCase> Inside(VerbScene scene, bool changing)
    {
        var (body, plain, verbs) = (Request(scene.State.Current), scene.Plain, scene.Verbs);
        var writer = new FilterResultWriter(RejectCodes.Reasons, foldUnresolvable: false);
        var (args, filter, priority, output) = (new ExtenderArgs(), new FilterAnswer(), new PriorityAnswer(), new PooledBuffer());
        Filter(0);
        scene.MustSayTheSame(output.Written, plain.Filter(body));
        Prioritize(0);
        scene.MustSayTheSame(output.Written, plain.Prioritize(body));
        yield return Case("filter", Filter, () => plain.Filter(body));
        yield return Case("prioritize", Prioritize, () => plain.Prioritize(body));

        VerbCase Case(string verb, Action<int> ours, Action theirs) => new(
            verb, changing ? "inside-changing" : "inside", scene.State.Current.Nodes.Length, body.Length,
            Measurement.Of(Prepare, ours, most: 2000), Measurement.Of(Prepare, _ => theirs(), most: 2000));

        int Prepare() => changing ? scene.Change() : 0;

        void Filter(int change)
        {
            var view = verbs.Current!;
            output.Clear();
            ExtenderArgsReader.Read(body, view.Names, args);
            verbs.FilterAsync(view, args, filter, default).AsTask().GetAwaiter().GetResult();
            writer.Write(output, args, view.Names, filter);
        }

        void Prioritize(int change)
        {
            var view = verbs.Current!;
            output.Clear();
            ExtenderArgsReader.Read(body, view.Names, args);
            verbs.PrioritizeAsync(view, args, priority, default).AsTask().GetAwaiter().GetResult();
            PriorityListWriter.Write(output, args, view.Names, priority);
        }
    }
}
