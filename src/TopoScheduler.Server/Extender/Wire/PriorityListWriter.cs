using System.Buffers;
using System.Globalization;
using System.Text;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Writes HostPriorityList: a bare array. Names nobody knows score 0.</summary>
public static class PriorityListWriter
{
    private static readonly byte[][] Between = Tails("},{\"Host\":");
    private static readonly byte[][] Last = Tails("}]");

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
            to.Write(node < 0 ? args.JsonNameOf(c, names) : names.JsonOf(node));
            to.Write((c + 1 < nodes.Length ? Between : Last)[score]);
        }

        to.Flush();
    }

    // What stands after a name, by score.
    private static byte[][] Tails(string end) =>
        [.. Enumerable.Range(0, PriorityAnswer.Best + 1).Select(score => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"Score\":{score}{end}")))];
}
