using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Benchmarks;

/// <summary>
/// <c>--quick</c>: the ladder, the headline case, the ladder of verbs, the power ladder, the stranded watts and what-if answers in a few minutes, as Markdown
/// tables of medians. <c>--headline</c>, <c>--ladder</c>, <c>--verbs</c>, <c>--power</c>, <c>--stranded</c> and <c>--answers</c> run one of them; <c>--check FILE</c> holds the ladder to limits
/// (<see cref="Limits"/>), <c>--limits FILE</c> writes new ones; <c>--check-verbs FILE</c> holds the verbs (<see cref="VerbLimits"/>), <c>--check-power FILE</c> power
/// (<see cref="PowerLimits"/>), <c>--check-answers FILE</c> answers (<see cref="AnswerLimits"/>).
/// </summary>
public static class QuickRun
{
    private static readonly string[] Parts = ["--headline", "--ladder", "--verbs", "--power", "--stranded", "--answers"];
    private static readonly int[] NodeCounts = [100, 500, 2_500, 10_000];
    private static readonly int[] Gangs = [1, 64, 512];
    private static readonly int[] Loads = [0, 70];

    /// <summary>Runs and prints; 1 when a limit is broken or the engine refuses what first fit places.</summary>
    public static int Run(TextWriter output, string[] args)
    {
        var wrong = new List<string>();
        var all = !Parts.Any(args.Contains);
        if (all || args.Contains("--ladder"))
        {
            var cases = Ladder(output);
            wrong.AddRange(cases.Where(c => c.Contradicts).Select(c => $"{c.Key}: refused, but first fit places it."));
            if (After(args, "--limits") is { } file) File.WriteAllLines(file, Limits.Around(cases));
            if (After(args, "--check") is { } limits) wrong.AddRange(Limits.Broken(File.ReadAllLines(limits), cases));
        }

        if (all || args.Contains("--headline")) Headline.Run(output);
        if (all || args.Contains("--verbs"))
        {
            var verbs = VerbLadder.Run(output);
            if (After(args, "--check-verbs") is { } limits) wrong.AddRange(VerbLimits.Broken(File.ReadAllLines(limits), verbs));
        }

        if (all || args.Contains("--power"))
        {
            var power = PowerLadder.Run(output);
            if (After(args, "--check-power") is { } limits) wrong.AddRange(PowerLimits.Broken(File.ReadAllLines(limits), power));
        }

        if (all || args.Contains("--stranded")) StrandedPower.Run(output);
        if (all || args.Contains("--answers"))
        {
            var answers = AnswerLadder.Run(output);
            if (After(args, "--check-answers") is { } limits) wrong.AddRange(AnswerLimits.Broken(File.ReadAllLines(limits), answers));
        }

        wrong.ForEach(output.WriteLine);
        return wrong.Count == 0 ? 0 : 1;
    }

    private static List<LadderCase> Ladder(TextWriter output)
    {
        var cases = new List<LadderCase>();
        output.WriteLine(LadderCase.Head);
        foreach (var count in NodeCounts)
        {
            var nodes = BenchClusters.Nodes(count);
            foreach (var load in Loads)
            {
                var cluster = ClusterSnapshot.Create(nodes, BenchClusters.Pods(nodes, load / 100.0));
                foreach (var members in Gangs)
                {
                    cases.Add(LadderCase.Measure(cluster, load, members));
                    output.WriteLine(cases[^1].Row);
                }
            }
        }

        return cases;
    }

    private static string? After(string[] args, string option)
    {
        var at = Array.IndexOf(args, option);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
