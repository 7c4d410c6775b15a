using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>What a cluster file holds.</summary>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Pods">Its pods that occupy a node.</param>
/// <param name="Problems">What is wrong with single objects, and "assumed empty" for a file without pods.</param>
public sealed record ClusterContent(ImmutableArray<NodeInfo> Nodes, ImmutableArray<PodInfo> Pods, ImmutableArray<Problem> Problems);

/// <summary>Reads cluster files: <c>kubectl get nodes,pods -A -o json|yaml</c>, a List or many documents, plain or gzip, a folder of those, or <c>-</c>.</summary>
public static class ClusterReader
{
    /// <summary>Reads a cluster.</summary>
    /// <param name="path">A file, a folder, or <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <param name="standardInput">Read when the path is <c>-</c>.</param>
    /// <exception cref="InputException">The file cannot be read at all.</exception>
    public static ClusterContent Read(string path, Stream? standardInput = null) => throw new NotImplementedException();
}
