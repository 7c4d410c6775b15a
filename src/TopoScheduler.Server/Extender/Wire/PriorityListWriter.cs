using System.Buffers;
using System.Globalization;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Writes HostPriorityList: a bare array. Names nobody knows score 0.</summary>
public static class PriorityListWriter
{
    // So many names are given room together.
    private const int Batch = 64;

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
        for (var done = 0; done < nodes.Length;)
        {
            var known = WriteKnown(ref to, nodes[done..], names, scores);
            done += known;
            if (known > 0) continue;
            to.Write(args.JsonNameOf(done++, names));
            var tail = (done < nodes.Length ? Between : Last)[0];
            to.Write(tail.Padded[..tail.Length]);
        }

        to.Flush();
    }

    // Some of them, up to the first whose name nobody knows.
    private static int WriteKnown(ref WireOutput to, ReadOnlySpan<int> nodes, NodeNameTable names, ReadOnlySpan<byte> scores)
    {
        var batch = nodes[..Math.Min(Batch, nodes.Length)];
        var room = to.Room(batch.Length * (names.LongestCommaJson + Between[^1].Length));
        var (at, count) = (0, 0);
        for (; count < batch.Length; count++)
        {
            var node = batch[count];
            if (node < 0) break;
            var score = scores[node];
            if (score > PriorityAnswer.Best) throw new InvalidOperationException($"a score of {score}, expected at most {PriorityAnswer.Best}");
            at += WireOutput.Copy(names.CommaJsonOf(node, out var length)[1..], length - 1, room[at..]);
            var tail = (count + 1 < nodes.Length ? Between : Last)[score];
            at += WireOutput.Copy(tail.Padded, tail.Length, room[at..]);
        }

        to.Advance(at);
        return count;
    }

    private static PaddedText[] Tails(string end) =>
        [.. Enumerable.Range(0, PriorityAnswer.Best + 1).Select(score => new PaddedText(string.Create(CultureInfo.InvariantCulture, $",\"Score\":{score}{end}")))];
}
