using System.Text.Json;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// The reference of the verbs: what one would write first, with System.Text.Json into plain objects and out of them again. It decides the same from the same snapshot.
/// </summary>
public sealed class PlainExtender(ClusterSnapshot cluster)
{
    private const string Devices = "nvidia.com/gpu";
    private static readonly JsonSerializerOptions Reading = new() { PropertyNameCaseInsensitive = true };
    private readonly long[] _free = [.. Enumerable.Range(0, cluster.Nodes.Length).Select(n => cluster.Nodes[n].Allocatable[Devices] - cluster.UsedOf(n)[Devices])];

    /// <summary>The filter verb.</summary>
    public byte[] Filter(byte[] body)
    {
        var args = JsonSerializer.Deserialize<Args>(body, Reading)!;
        var asked = Asked(args);
        var (fitting, failed, never) = (new List<string>(), new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var name in args.NodeNames!)
        {
            var n = cluster.IndexOf(name);
            if (n < 0) failed[name] = "node not known to toposcheduler";
            else if (!cluster.Nodes[n].Ready) never[name] = "node is not ready";
            else if (cluster.Nodes[n].Unschedulable) never[name] = "node is cordoned";
            else if (_free[n] < asked) failed[name] = "node has too little free for the pod";
            else fitting.Add(name);
        }

        return JsonSerializer.SerializeToUtf8Bytes(new FilterResult(fitting, failed, never, ""));
    }

    /// <summary>The prioritize verb.</summary>
    public byte[] Prioritize(byte[] body)
    {
        var args = JsonSerializer.Deserialize<Args>(body, Reading)!;
        return JsonSerializer.SerializeToUtf8Bytes(args.NodeNames!.ConvertAll(name =>
        {
            var n = cluster.IndexOf(name);
            var all = n < 0 ? 0 : cluster.Nodes[n].Allocatable[Devices];
            return new HostPriority(name, all == 0 ? 0 : 10 - (long)(10.0 * _free[n] / all));
        }));
    }

    private static long Asked(Args args) =>
        args.Pod!.Spec!.Containers!.Sum(c => c.Resources?.Limits?.GetValueOrDefault(Devices) is { } text ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0);

    /// <summary>ExtenderArgs.</summary>
    public sealed record Args(Pod? Pod, List<string>? NodeNames);

    /// <summary>A pod.</summary>
    public sealed record Pod(Metadata? Metadata, Spec? Spec);

    /// <summary>Its metadata.</summary>
    public sealed record Metadata(string? Name, string? Namespace, string? Uid);

    /// <summary>Its spec.</summary>
    public sealed record Spec(List<Container>? Containers);

    /// <summary>One of its containers.</summary>
    public sealed record Container(Resources? Resources);

    /// <summary>What that takes.</summary>
    public sealed record Resources(Dictionary<string, string>? Limits);

    /// <summary>ExtenderFilterResult.</summary>
    public sealed record FilterResult(List<string> NodeNames, Dictionary<string, string> FailedNodes, Dictionary<string, string> FailedAndUnresolvableNodes, string Error);

    /// <summary>HostPriority.</summary>
    public sealed record HostPriority(string Host, long Score);
}
