using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Labels;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>What we read of a Node object, whatever it came from.</summary>
/// <param name="Name">metadata.name</param>
/// <param name="Uid">metadata.uid</param>
/// <param name="Labels">metadata.labels</param>
/// <param name="Capacity">status.capacity</param>
/// <param name="Allocatable">status.allocatable; capacity where it is missing</param>
/// <param name="Taints">spec.taints</param>
/// <param name="Unschedulable">spec.unschedulable</param>
/// <param name="Ready">The Ready condition is True, or there is no Ready condition at all.</param>
public sealed record NodeFields(
    string Name,
    string Uid,
    ImmutableDictionary<string, string> Labels,
    ResourceList Capacity,
    ResourceList Allocatable,
    ImmutableArray<Taint> Taints,
    bool Unschedulable,
    bool Ready);

/// <summary>Node object → what the engine knows of a node: network, power and accelerator read from its labels.</summary>
public static class NodeMapper
{
    /// <summary>Maps one node. Wrong labels become <see cref="NodeInfo.Problems"/>.</summary>
    public static NodeInfo Map(NodeFields node)
    {
        var problems = ImmutableArray.CreateBuilder<Problem>();
        var labels = new NodeLabels(node.Name, node.Labels);
        OwnLabelCheck.Check(labels, node.Labels, problems);
        var accelerators = AcceleratorLabels.Read(labels, node.Capacity.Max(node.Allocatable), problems);
        var power = PowerLabels.Read(labels, problems);
        var inPowerTree = power.Rack is not null || power.Pdu is not null || power.PduB is not null || power.Row is not null || power.Facility is not null;
        return new()
        {
            Name = node.Name,
            Uid = node.Uid,
            Labels = node.Labels,
            Taints = node.Taints,
            Unschedulable = node.Unschedulable,
            Ready = node.Ready,
            Allocatable = node.Allocatable,
            Location = NetworkLabels.Read(labels, accelerators.Known, problems),
            PowerLocation = power,
            Power = NodeWatts.Read(labels, node, accelerators, inPowerTree, problems),
            Accelerator = accelerators.Known?.Name,
            Problems = problems.ToImmutable(),
        };
    }
}
