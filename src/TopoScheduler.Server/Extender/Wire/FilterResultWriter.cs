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
        WriteFitting(ref to, args, names, answer);
        to.Write(args.HasNodeObjects ? "]},\"FailedNodes\":{"u8 : "],\"FailedNodes\":{"u8);
        WriteFailed(ref to, args, names, answer, canChange: true);
        to.Write("},\"FailedAndUnresolvableNodes\":{"u8);
        if (!foldUnresolvable) WriteFailed(ref to, args, names, answer, canChange: false);
        to.Write("},\"Error\":\"\"}"u8);
        to.Flush();
    }

    // One look at every candidate: those that do not fit are noted for later.
    private static void WriteFitting(ref WireOutput to, ExtenderArgs args, NodeNameTable names, FilterAnswer answer)
    {
        var nodes = args.Nodes;
        var verdicts = answer.Verdicts;
        answer.ClearRejected(nodes.Length);
        var comma = 1;
        for (var c = 0; c < nodes.Length; c++)
        {
            var node = nodes[c];
            if (node < 0 || verdicts[node] != RejectReasons.Fits)
            {
                answer.Reject(c);
            }
            else if (args.HasNodeObjects)
            {
                if (comma == 0) to.Write((byte)',');
                comma = 0;
                to.Write(args.ObjectOf(c));
            }
            else
            {
                to.Write(names.CommaJsonOf(node)[comma..]);
                comma = 0;
            }
        }
    }

    private void WriteFailed(ref WireOutput to, ExtenderArgs args, NodeNameTable names, FilterAnswer answer, bool canChange)
    {
        var nodes = args.Nodes;
        var verdicts = answer.Verdicts;
        var comma = 1;
        foreach (var c in answer.Rejected)
        {
            var node = nodes[c];
            var verdict = node < 0 ? RejectReasons.UnknownNode : verdicts[node];
            if (!foldUnresolvable && reasons.CanChange(verdict) != canChange) continue;
            if (node >= 0)
            {
                to.Write(names.CommaJsonOf(node)[comma..]);
            }
            else
            {
                if (comma == 0) to.Write((byte)',');
                to.Write(args.JsonNameOf(c, names));
            }

            comma = 0;
            to.Write(reasons.ValueOf(verdict));
        }
    }
}
