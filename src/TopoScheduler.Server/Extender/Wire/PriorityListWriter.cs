using System.Buffers;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Writes HostPriorityList: a bare array. Names nobody knows score 0.</summary>
public static class PriorityListWriter
{
    /// <summary>Writes the answer.</summary>
    public static void Write(IBufferWriter<byte> output, ExtenderArgs args, NodeNameTable names, PriorityAnswer answer)
    {
        var to = new WireOutput(output);
        to.Write((byte)'[');
        var nodes = args.Nodes;
        var scores = answer.Scores;
        for (var c = 0; c < nodes.Length; c++)
        {
            if (c > 0) to.Write((byte)',');
            to.Write("{\"Host\":"u8);
            to.Write(args.JsonNameOf(c, names));
            to.Write(",\"Score\":"u8);
            WriteScore(ref to, nodes[c] < 0 ? (byte)0 : scores[nodes[c]]);
            to.Write((byte)'}');
        }

        to.Write((byte)']');
        to.Flush();
    }

    private static void WriteScore(ref WireOutput to, byte score)
    {
        if (score > PriorityAnswer.Best) throw new InvalidOperationException($"a score of {score}, expected at most {PriorityAnswer.Best}");
        if (score == PriorityAnswer.Best) to.Write("10"u8);
        else to.Write((byte)('0' + score));
    }
}
