using System.Collections.Concurrent;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Extender;

/// <summary>
/// Pods as they were read last: the scheduler asks filter, then prioritize, then filter again about the same one. An entry counts only while the pod is the same
/// to the byte.
/// </summary>
internal sealed class PodCache
{
    private const int Most = 1024;
    private readonly ConcurrentDictionary<string, (byte[] Json, PodTemplate Template)> _pods = new(StringComparer.Ordinal);

    /// <summary>What the pod of a request asks for.</summary>
    public PodTemplate TemplateOf(ExtenderArgs args)
    {
        var known = _pods.TryGetValue(args.Pod.Uid, out var entry);
        if (known && entry.Json.AsSpan().SequenceEqual(args.PodJson.Span)) return entry.Template;
        var template = WirePodReader.Read(args.PodJson).Template;
        if (!known && _pods.Count >= Most) _pods.Clear();
        _pods[args.Pod.Uid] = (args.PodJson.ToArray(), template);
        return template;
    }
}
