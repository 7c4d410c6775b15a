using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Server.Configuration;
using TopoScheduler.Server.Controllers;
using TopoScheduler.Server.Extender;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Benchmarks;

/// <summary>A cluster 70 % full with both handlers before it, and pods that come and go.</summary>
public sealed class VerbScene
{
    private readonly ILoggerFactory _noLog = LoggerFactory.Create(_ => { });
    private readonly string[] _names;
    private int _changes;

    /// <summary>A cluster of so many nodes.</summary>
    public VerbScene(int count)
    {
        var nodes = BenchClusters.Nodes(count);
        Settings = ServeSettings.Load(new([], [], [new("listen:url", "http://127.0.0.1:0"), new("log:level", "error")]));
        Scheduling = Scheduling.OfFile(Settings, ClusterSnapshot.Create(nodes, BenchClusters.Pods(nodes, 0.7)), _noLog);
        Plain = new(() => State.Current);
        _names = [.. State.Current.Topology.NodeNames];
    }

    /// <summary>Options of the server.</summary>
    public ServeSettings Settings { get; }

    /// <summary>What is behind the routes.</summary>
    public Scheduling Scheduling { get; }

    /// <summary>The live state.</summary>
    public ClusterState State => Scheduling.State;

    /// <summary>Ours.</summary>
    public ExtenderVerbs Verbs => Scheduling.Verbs;

    /// <summary>The reference.</summary>
    public PlainExtender Plain { get; }

    /// <summary>One pod event: a pod of one GPU comes to the next node, or leaves it again.</summary>
    public void Change()
    {
        var node = _changes / 2 % _names.Length;
        var pod = ClusterBuilder.BoundPod(_names[node], $"passing-{node}", 1);
        if (_changes++ % 2 == 0) State.Upsert(pod);
        else State.RemovePod(pod.Key);
        Plain.Saw(State.Current, node);
    }

    /// <summary>The answer both give. Throws unless they are one value: a comparison of different decisions is none.</summary>
    public byte[] SaidBoth(ReadOnlyMemory<byte> ours, byte[] plain)
    {
        if (JsonNode.DeepEquals(JsonNode.Parse(ours.Span), JsonNode.Parse(plain))) return ours.ToArray();
        throw new InvalidOperationException($"{State.Current.Nodes.Length} nodes: ours and the plain handler decide differently");
    }
}
