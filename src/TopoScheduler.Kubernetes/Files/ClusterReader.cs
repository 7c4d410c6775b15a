using System.Collections.Immutable;
using System.Text;
using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>What a cluster file holds.</summary>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Pods">Its pods that occupy a node.</param>
/// <param name="Problems">What is wrong with single objects, and "assumed empty" for a file without pods.</param>
public sealed record ClusterContent(ImmutableArray<NodeInfo> Nodes, ImmutableArray<PodInfo> Pods, ImmutableArray<Problem> Problems)
{
    /// <summary>Its PowerDomain objects, with what is wrong with them.</summary>
    public ImmutableArray<PowerDomainSpec> PowerDomains { get; init; } = [];

    /// <summary>What pods may refer to by name: hand it to <see cref="JobReader"/>.</summary>
    public ClusterObjects Objects { get; init; } = new();
}

/// <summary>Reads cluster files: <c>kubectl get nodes,pods -A -o json|yaml</c>, a List or many documents, plain or gzip, a folder of those, or <c>-</c>.</summary>
public static class ClusterReader
{
    /// <summary>Reads a cluster.</summary>
    /// <param name="path">A file, a folder, or <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <param name="standardInput">Read when the path is <c>-</c>.</param>
    /// <exception cref="InputException">The file cannot be read at all.</exception>
    public static ClusterContent Read(string path, Stream? standardInput = null) =>
        Read(ObjectSource.Read(path, standardInput, InputLimits.Default), ObjectSource.NameOf(path));

    /// <summary>Reads a cluster from text already at hand.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="source">Its name in messages.</param>
    /// <exception cref="InputException">The text cannot be read at all.</exception>
    public static ClusterContent ReadText(string text, string source) =>
        Read(ObjectSource.Objects(new MemoryStream(Encoding.UTF8.GetBytes(text)), source, InputLimits.Default), source);

    internal static ClusterContent Read(IEnumerable<FoundObject> found, string source)
    {
        var collector = new ClusterCollector(NodeMapper.Map);
        foreach (var obj in found)
        {
            collector.Add(obj);
        }

        return collector.Finish(source);
    }
}
