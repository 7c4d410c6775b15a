using System.Collections.Immutable;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// Body of preempt → <see cref="PreemptionArgs"/>: victims as uids (nodeCacheCapable: true) or as whole pods, of which the uids are kept. If both forms are given the
/// uids count.
/// </summary>
public static class PreemptionArgsReader
{
    /// <summary>Reads a body.</summary>
    /// <exception cref="WireException">The first value of the body is no such request.</exception>
    public static PreemptionArgs Read(ReadOnlyMemory<byte> body)
    {
        (PodIdentity Pod, ByteRange Range)? pod = null;
        ImmutableArray<NodeVictims>? whole = null, uids = null;
        var cursor = new JsonCursor(body.Span);
        cursor.BeginObject();
        while (cursor.NextField(out var name))
        {
            if (name.Is("Pod"u8)) pod = cursor.TryNull() ? null : PodReader.Read(ref cursor);
            else if (name.Is("NodeNameToVictims"u8)) whole = Nodes(ref cursor, ofPods: true);
            else if (name.Is("NodeNameToMetaVictims"u8)) uids = Nodes(ref cursor, ofPods: false);
            else cursor.Skip();
        }

        if (pod is not { } found) throw cursor.Wrong("a field Pod with an object");
        return new(found.Pod, body.Slice(found.Range.Start, found.Range.Length), uids ?? whole ?? []);
    }

    private static ImmutableArray<NodeVictims>? Nodes(ref JsonCursor cursor, bool ofPods)
    {
        if (cursor.TryNull()) return null;
        var nodes = new OrderedDictionary<string, NodeVictims>(StringComparer.Ordinal);
        cursor.BeginObject();
        while (cursor.NextField(out var name))
        {
            var node = name.Unescape();
            nodes[node] = Victims(ref cursor, node, ofPods);
        }

        return [.. nodes.Values];
    }

    private static NodeVictims Victims(ref JsonCursor cursor, string node, bool ofPods)
    {
        var victims = new NodeVictims(node, [], 0);
        if (cursor.TryNull()) return victims;
        cursor.BeginObject();
        while (cursor.NextField(out var name))
        {
            if (name.Is("Pods"u8)) victims = victims with { Uids = Uids(ref cursor, ofPods) };
            else if (name.Is("NumPDBViolations"u8)) victims = victims with { PdbViolations = cursor.Whole() };
            else cursor.Skip();
        }

        return victims;
    }

    private static ImmutableArray<string> Uids(ref JsonCursor cursor, bool ofPods)
    {
        if (cursor.TryNull()) return [];
        var uids = ImmutableArray.CreateBuilder<string>();
        cursor.BeginArray();
        while (cursor.NextItem())
        {
            var uid = ofPods ? PodReader.Read(ref cursor).Pod.Uid : MetaUid(ref cursor);
            uids.Add(uid.Length > 0 ? uid : throw cursor.Wrong("a victim with a uid before it"));
        }

        return uids.ToImmutable();
    }

    private static string MetaUid(ref JsonCursor cursor)
    {
        var uid = "";
        cursor.BeginObject();
        while (cursor.NextField(out var name))
        {
            if (name.Is("UID"u8)) uid = cursor.String();
            else cursor.Skip();
        }

        return uid;
    }
}
