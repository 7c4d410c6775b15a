using System.Buffers;
using System.Text.Json;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Tests.Extender.Wire;

/// <summary>Answers arguments at random, reads the answers with System.Text.Json and compares them with what was decided.</summary>
internal static class WriterCheck
{
    private static readonly RejectReasons Reasons = new([new(1, "a \"quoted\" reason", true), new(2, "never", false)]);
    private static readonly string[] Texts = ["", "a \"quoted\" reason", "never"];

    /// <summary>Checks filter, with and without folding, and prioritize.</summary>
    public static void AnswersAreWellFormed(ExtenderArgs args, NodeNameTable table, Random random)
    {
        var names = Enumerable.Range(0, args.Count).Select(c => JsonSerializer.Deserialize<string>(args.JsonNameOf(c, table))!).ToArray();
        Filter(args, names, table, random, fold: false);
        Filter(args, names, table, random, fold: true);
        Prioritize(args, names, table, random);
    }

    /// <summary>Checks preempt: the same candidates come back.</summary>
    public static void AnswerIsWellFormed(PreemptionArgs args)
    {
        var output = new ArrayBufferWriter<byte>();
        PreemptionResultWriter.Write(output, args.Candidates);
        using var answer = JsonDocument.Parse(output.WrittenMemory);
        var nodes = answer.RootElement.GetProperty("NodeNameToMetaVictims").EnumerateObject().ToArray();
        Assert.Equal(args.Candidates.Select(c => c.Node), nodes.Select(n => n.Name));
        Assert.Equal(args.Candidates.SelectMany(c => c.Uids), nodes.SelectMany(n => n.Value.GetProperty("Pods").EnumerateArray().Select(p => p.GetProperty("UID").GetString())));
    }

    private static void Filter(ExtenderArgs args, string[] names, NodeNameTable table, Random random, bool fold)
    {
        var decided = new FilterAnswer();
        decided.Reset(table.Count);
        foreach (ref var verdict in decided.Verdicts) verdict = (byte)random.Next(3);
        var output = new ArrayBufferWriter<byte>();
        new FilterResultWriter(Reasons, fold).Write(output, args, table, decided);
        using var answer = JsonDocument.Parse(output.WrittenMemory);
        var root = answer.RootElement;

        Assert.Equal("", root.GetProperty("Error").GetString());
        var verdicts = args.Nodes.ToArray().Select(n => n < 0 ? RejectReasons.UnknownNode : decided.Verdicts[n]).ToArray();
        var fitting = names.Where((_, c) => verdicts[c] == RejectReasons.Fits);
        if (args.HasNodeObjects)
        {
            var objects = Enumerable.Range(0, args.Count).Where(c => verdicts[c] == RejectReasons.Fits).Select(c => JsonSerializer.Deserialize<JsonElement>(args.ObjectOf(c)).GetRawText());
            Assert.Equal(objects, root.GetProperty("Nodes").GetProperty("items").EnumerateArray().Select(i => i.GetRawText()));
        }
        else
        {
            Assert.Equal(fitting, root.GetProperty("NodeNames").EnumerateArray().Select(n => n.GetString()));
        }

        Failed(root.GetProperty("FailedNodes"), names, verdicts, v => v is 1 or RejectReasons.UnknownNode || (fold && v == 2));
        Failed(root.GetProperty("FailedAndUnresolvableNodes"), names, verdicts, v => !fold && v == 2);
    }

    private static void Failed(JsonElement map, string[] names, byte[] verdicts, Func<byte, bool> belongs)
    {
        var expected = names.Zip(verdicts).Where(n => belongs(n.Second)).Select(n => (n.First, n.Second == RejectReasons.UnknownNode ? "node not known to toposcheduler" : Texts[n.Second]));
        Assert.Equal(expected, map.EnumerateObject().Select(p => (p.Name, p.Value.GetString()!)));
    }

    private static void Prioritize(ExtenderArgs args, string[] names, NodeNameTable table, Random random)
    {
        var decided = new PriorityAnswer();
        decided.Reset(table.Count);
        foreach (ref var score in decided.Scores) score = (byte)random.Next(PriorityAnswer.Best + 1);
        var output = new ArrayBufferWriter<byte>();
        PriorityListWriter.Write(output, args, table, decided);
        using var answer = JsonDocument.Parse(output.WrittenMemory);

        var expected = names.Zip(args.Nodes.ToArray()).Select(n => (n.First, n.Second < 0 ? 0 : decided.Scores[n.Second]));
        Assert.Equal(expected, answer.RootElement.EnumerateArray().Select(h => (h.GetProperty("Host").GetString()!, h.GetProperty("Score").GetInt32())));
    }
}
