using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>What a pod that has no node yet asks for, and what is wrong with it.</summary>
/// <param name="Template">What decides the nodes it may run on.</param>
/// <param name="Problems">Empty when all of it was understood.</param>
public sealed record WirePod(PodTemplate Template, ImmutableArray<Problem> Problems);

/// <summary>Reads a single pod in the JSON the scheduler sends: typed objects, without kind and apiVersion.</summary>
public static class WirePodReader
{
    /// <summary>Reads it.</summary>
    /// <param name="json">The pod.</param>
    /// <param name="objects">What it may refer to.</param>
    /// <exception cref="InputException">It is no JSON object.</exception>
    public static WirePod Read(ReadOnlyMemory<byte> json, ClusterObjects? objects = null)
    {
        var tree = new JsonObjects(new MemoryStream(json.ToArray(), writable: false), "the pod", InputLimits.Default).Read().FirstOrDefault(Tree.Null(1));
        var name = ObjectName.Of(tree) with { Kind = "Pod" };
        var problems = new ObjectProblems(name.Id);
        var setting = new PodSetting(name.Namespace, objects ?? new(), Occupies: false, ImmutableDictionary<string, string>.Empty);
        var reading = PodTemplateReader.Read(Field.Root(tree, problems), setting);
        return new(reading.Template, problems.ToImmutable());
    }
}
