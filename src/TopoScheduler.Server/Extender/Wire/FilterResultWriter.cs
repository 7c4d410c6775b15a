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

        to.Write(args.HasNodeObjects ? "{\"Nodes\":{\"items\":["u8 : "{\"NodeNames\":["u8);
        WriteFitting(ref to, args, names, answer.Verdicts);
        to.Write(args.HasNodeObjects ? "]},\"FailedNodes\":{"u8 : "],\"FailedNodes\":{"u8);
        WriteFailed(ref to, args, names, answer.Verdicts, canChange: true);
        to.Write("},\"FailedAndUnresolvableNodes\":{"u8);
        if (!foldUnresolvable) WriteFailed(ref to, args, names, answer.Verdicts, canChange: false);
        to.Write("},\"Error\":\"\"}"u8);
        to.Flush();
    }

    private static void WriteFitting(ref WireOutput to, ExtenderArgs args, NodeNameTable names, ReadOnlySpan<byte> verdicts)
    {
        var nodes = args.Nodes;
        var first = true;
        for (var c = 0; c < nodes.Length; c++)
        {
            if (nodes[c] < 0 || verdicts[nodes[c]] != RejectReasons.Fits) continue;
            if (!first) to.Write((byte)',');
            first = false;
            to.Write(args.HasNodeObjects ? args.ObjectOf(c) : names.JsonOf(nodes[c]));
        }
    }

    private void WriteFailed(ref WireOutput to, ExtenderArgs args, NodeNameTable names, ReadOnlySpan<byte> verdicts, bool canChange)
    {
        var nodes = args.Nodes;
        var first = true;
        for (var c = 0; c < nodes.Length; c++)
        {
            var verdict = nodes[c] < 0 ? RejectReasons.UnknownNode : verdicts[nodes[c]];
            if (verdict == RejectReasons.Fits || (!foldUnresolvable && reasons.CanChange(verdict) != canChange)) continue;
            if (!first) to.Write((byte)',');
            first = false;
            to.Write(args.JsonNameOf(c, names));
            to.Write((byte)':');
            to.Write(reasons.JsonOf(verdict));
        }
    }
}
