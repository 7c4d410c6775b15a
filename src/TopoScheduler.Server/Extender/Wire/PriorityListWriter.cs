using System.Buffers;
using System.Globalization;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Writes HostPriorityList: a bare array. Names nobody knows score 0.</summary>
public static class PriorityListWriter
{
    // What stands after a name, by score.
    private static readonly PaddedText[] Between = Tails("},{\"Host\":");
    private static readonly PaddedText[] Last = Tails("}]");

    /// <summary>Writes the answer.</summary>
    public static void Write(IBufferWriter<byte> output, ExtenderArgs args, NodeNameTable names, PriorityAnswer answer)
    {
        var to = new WireOutput(output);
        var nodes = args.Nodes;
        var scores = answer.Scores;
        to.Write(nodes.IsEmpty ? "[]"u8 : "[{\"Host\":"u8);
        for (var c = 0; c < nodes.Length; c++)
        {
            var node = nodes[c];
            var score = node < 0 ? 0 : scores[node];
            if (score > PriorityAnswer.Best) throw new InvalidOperationException($"a score of {score}, expected at most {PriorityAnswer.Best}");
            if (node < 0) to.Write(args.JsonNameOf(c, names));
            else to.WriteBlocks(names.CommaJsonOf(node, out var length)[1..], length - 1);
            var tail = (c + 1 < nodes.Length ? Between : Last)[score];
            to.WriteBlocks(tail.Padded, tail.Length);
        }

        to.Flush();
    }

    private static PaddedText[] Tails(string end) =>
        [.. Enumerable.Range(0, PriorityAnswer.Best + 1).Select(score => new PaddedText(string.Create(CultureInfo.InvariantCulture, $",\"Score\":{score}{end}")))];
}
