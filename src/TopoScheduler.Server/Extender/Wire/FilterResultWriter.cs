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

        answer.Sort(args.Nodes, reasons.Lists(foldUnresolvable));
        to.Write(args.HasNodeObjects ? "{\"Nodes\":{\"items\":["u8 : "{\"NodeNames\":["u8);
        if (args.HasNodeObjects) WriteObjects(ref to, args, answer.Fitting);
        else WriteNames(ref to, args.Nodes, names, answer.Fitting);
        to.Write(args.HasNodeObjects ? "]},\"FailedNodes\":{"u8 : "],\"FailedNodes\":{"u8);
        WriteRejected(ref to, args, names, answer, answer.Failed);
        to.Write("},\"FailedAndUnresolvableNodes\":{"u8);
        WriteRejected(ref to, args, names, answer, answer.Never);
        to.Write("},\"Error\":\"\"}"u8);
        to.Flush();
    }

    private static void WriteObjects(ref WireOutput to, ExtenderArgs args, ReadOnlySpan<int> candidates)
    {
        for (var i = 0; i < candidates.Length; i++)
        {
            if (i > 0) to.Write((byte)',');
            to.Write(args.ObjectOf(candidates[i]));
        }
    }

    private static void WriteNames(ref WireOutput to, ReadOnlySpan<int> nodes, NodeNameTable names, ReadOnlySpan<int> candidates)
    {
        var noComma = 1;
        foreach (var c in candidates)
        {
            to.WriteBlocks(names.CommaJsonOf(nodes[c], out var length)[noComma..], length - noComma);
            noComma = 0;
        }
    }

    private void WriteRejected(ref WireOutput to, ExtenderArgs args, NodeNameTable names, FilterAnswer answer, ReadOnlySpan<int> candidates)
    {
        var nodes = args.Nodes;
        var verdicts = answer.Verdicts;
        var noComma = 1;
        foreach (var c in candidates)
        {
            var node = nodes[c];
            if (node >= 0)
            {
                to.WriteBlocks(names.CommaJsonOf(node, out var length)[noComma..], length - noComma);
            }
            else
            {
                if (noComma == 0) to.Write((byte)',');
                to.Write(args.JsonNameOf(c, names));
            }

            noComma = 0;
            var reason = reasons.ValueOf(node < 0 ? RejectReasons.UnknownNode : verdicts[node]);
            to.WriteBlocks(reason.Padded, reason.Length);
        }
    }
}
