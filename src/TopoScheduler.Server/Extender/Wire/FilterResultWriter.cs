using System.Buffers;
using System.Text.Json;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// Writes ExtenderFilterResult. Every candidate is either among those that fit or named with its reason: a node in neither list would be no
/// candidate for preemption, and nobody would know why.
/// </summary>
/// <param name="reasons">The reasons verdicts refer to.</param>
/// <param name="foldUnresolvable">
/// Name the unresolvable nodes in FailedNodes too: schedulers before 1.21 do not read FailedAndUnresolvableNodes.
/// </param>
public sealed class FilterResultWriter(RejectReasons reasons, bool foldUnresolvable)
{
    // So many names are given room together.
    private const int Batch = 64;

    /// <summary>Writes the answer.</summary>
    public void Write(IBufferWriter<byte> output, ExtenderArgs args, NodeNameTable names, FilterAnswer answer)
    {
        var to = new WireOutput(output);
        if (answer.Error.Length > 0)
        {
            to.Write("{\"Error\":\""u8);
            to.Write(JsonEncodedText.Encode(answer.Error).EncodedUtf8Bytes);
            to.Write("\"}"u8);
            to.Flush();
            return;
        }

        answer.Sort(args.Nodes, reasons.Lists(foldUnresolvable));
        to.Write(args.HasNodeObjects ? "{\"Nodes\":{\"items\":"u8 : "{\"NodeNames\":"u8);
        if (args.HasNodeObjects) WriteObjects(ref to, args, answer.Fitting);
        else WriteNames(ref to, args.Nodes, names, answer.Fitting);
        to.Write(args.HasNodeObjects ? "]},\"FailedNodes\":"u8 : "],\"FailedNodes\":"u8);
        WriteRejected(ref to, args, names, answer, answer.Failed);
        to.Write("},\"FailedAndUnresolvableNodes\":"u8);
        WriteRejected(ref to, args, names, answer, answer.Never);
        to.Write("},\"Error\":\"\"}"u8);
        to.Flush();
    }

    private static void WriteObjects(ref WireOutput to, ExtenderArgs args, ReadOnlySpan<int> candidates)
    {
        to.Write((byte)'[');
        for (var i = 0; i < candidates.Length; i++)
        {
            if (i > 0) to.Write((byte)',');
            to.Write(args.ObjectOf(candidates[i]));
        }
    }

    // Names have their comma before them; the first one's becomes the bracket.
    private static void WriteNames(ref WireOutput to, ReadOnlySpan<int> nodes, NodeNameTable names, ReadOnlySpan<int> candidates)
    {
        if (candidates.IsEmpty) to.Write((byte)'[');
        for (var first = 0; first < candidates.Length; first += Batch)
        {
            var batch = candidates.Slice(first, Math.Min(Batch, candidates.Length - first));
            var room = to.Room(batch.Length * names.LongestCommaJson);
            var at = 0;
            foreach (var c in batch) at += WireOutput.Copy(names.CommaJsonOf(nodes[c], out var length), length, room[at..]);
            if (first == 0) room[0] = (byte)'[';
            to.Advance(at);
        }
    }

    private void WriteRejected(ref WireOutput to, ExtenderArgs args, NodeNameTable names, FilterAnswer answer, ReadOnlySpan<int> candidates)
    {
        if (candidates.IsEmpty) to.Write((byte)'{');
        for (var done = 0; done < candidates.Length;)
        {
            var known = WriteKnown(ref to, args.Nodes, names, answer.Verdicts, candidates[done..], done == 0 ? (byte)'{' : (byte)',');
            done += known;
            if (known > 0) continue;
            to.Write(done == 0 ? (byte)'{' : (byte)',');
            to.Write(args.JsonNameOf(candidates[done++], names));
            var unknown = reasons.ValueOf(RejectReasons.UnknownNode);
            to.Write(unknown.Padded[..unknown.Length]);
        }
    }

    // Some of them, up to the first whose name nobody knows.
    private int WriteKnown(ref WireOutput to, ReadOnlySpan<int> nodes, NodeNameTable names, ReadOnlySpan<byte> verdicts, ReadOnlySpan<int> candidates, byte before)
    {
        candidates = candidates[..Math.Min(Batch, candidates.Length)];
        var room = to.Room(candidates.Length * (names.LongestCommaJson + reasons.Longest));
        var (at, count) = (0, 0);
        for (; count < candidates.Length; count++)
        {
            var node = nodes[candidates[count]];
            if (node < 0) break;
            at += WireOutput.Copy(names.CommaJsonOf(node, out var length), length, room[at..]);
            var reason = reasons.ValueOf(verdicts[node]);
            at += WireOutput.Copy(reason.Padded, reason.Length, room[at..]);
        }

        if (count > 0) room[0] = before;
        to.Advance(at);
        return count;
    }
}
