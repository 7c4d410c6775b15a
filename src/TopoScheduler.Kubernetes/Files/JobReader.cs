using System.Collections.Immutable;
using System.Text;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>The gangs of a job file.</summary>
/// <param name="Gangs">In the order to plan them: higher priority first, then in the order of the file.</param>
/// <param name="Problems">Objects that are no job, and objects that could not be read.</param>
public sealed record JobContent(ImmutableArray<Gang> Gangs, ImmutableArray<Problem> Problems);

/// <summary>Reads job manifests: plain Pods and every kind of job there is a reader for (docs/reference/labels.md).</summary>
public static class JobReader
{
    /// <summary>Reads a job file.</summary>
    /// <param name="path">A file, a folder, or <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <param name="standardInput">Read when the path is <c>-</c>.</param>
    /// <exception cref="InputException">The file cannot be read at all.</exception>
    public static JobContent Read(string path, Stream? standardInput = null) => Read([path], standardInput, null);

    /// <summary>Reads several job files as one: pods of one gang may stand in different files.</summary>
    /// <param name="paths">Files, folders, or <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <param name="standardInput">Read when a path is <c>-</c>.</param>
    /// <param name="cluster">Claims, volumes, priority classes and namespaces of the cluster (<see cref="ClusterContent.Objects"/>), when they are known.</param>
    /// <param name="defaultNamespace">Namespace of objects that name none.</param>
    /// <exception cref="InputException">A file cannot be read at all.</exception>
    public static JobContent Read(
        IReadOnlyList<string> paths, Stream? standardInput, ClusterObjects? cluster, string defaultNamespace = ObjectName.DefaultNamespace) =>
        Read(
            paths.SelectMany(path => ObjectSource.Read(path, standardInput, InputLimits.Default)),
            string.Join(", ", paths.Select(ObjectSource.NameOf)),
            new JobCollector(cluster, defaultNamespace));

    /// <summary>Reads a job from text already at hand.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="source">Its name in messages.</param>
    /// <param name="cluster">Claims, volumes, priority classes and namespaces of the cluster, when they are known.</param>
    /// <exception cref="InputException">The text cannot be read at all.</exception>
    public static JobContent ReadText(string text, string source, ClusterObjects? cluster = null) =>
        Read(ObjectSource.Objects(new MemoryStream(Encoding.UTF8.GetBytes(text)), source, InputLimits.Default), source, new JobCollector(cluster));

    /// <summary>Reads jobs from objects already at hand.</summary>
    /// <param name="objects">What they say.</param>
    /// <param name="source">What messages call the place they stand in.</param>
    /// <param name="cluster">Claims, volumes, priority classes and namespaces of the cluster.</param>
    /// <param name="defaultNamespace">Namespace of objects that name none.</param>
    /// <param name="trusted">Namespaces whose hints may lower the draw on nodes that do not enforce caps; null: all, as offline.</param>
    public static JobContent Read(
        IEnumerable<Tree> objects, string source, ClusterObjects cluster, string defaultNamespace, ImmutableHashSet<string>? trusted) =>
        Read(objects.Select(tree => new FoundObject(tree, source)), source, new JobCollector(cluster, defaultNamespace, trusted));

    internal static JobContent Read(IEnumerable<FoundObject> found, string source, JobCollector collector)
    {
        foreach (var obj in found)
        {
            collector.Add(obj);
        }

        return collector.Finish(source);
    }
}
