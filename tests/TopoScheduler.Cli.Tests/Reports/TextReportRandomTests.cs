using System.Collections.Immutable;
using TopoScheduler.Cli.Reports;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Cli.Tests.Reports;

/// <summary>Whatever a report holds, the page stays within its columns and its character set.</summary>
public sealed class TextReportRandomTests
{
    private static readonly string[] Names = ["n", "node-with-a-very-long-name-that-does-not-fit-anywhere-really", "", "名", "\e[1m", "a b", "x.y/z", "rack-7"];

    [Fact]
    public void Write_RandomReports_StayOnThePage()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var style = new TextStyle(random.Next(60, 160), Colour: false, Unicode: seed % 2 == 0);
            using var writer = new StringWriter();
            TextReport.Write(writer, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Report(random))], style);
            foreach (var line in writer.ToString().Split('\n'))
            {
                Assert.True(line.Length <= style.Width, $"seed {seed}: {line}");
                Assert.False(line.Any(c => char.IsControl(c) || (!style.Unicode && c > 127)), $"seed {seed}: {line}");
            }
        }
    }

    private static PlacementReport Report(Random random)
    {
        var depth = random.Next(0, 5);
        var pods = random.Next(0, 3) == 0 ? random.Next(1, 300) : random.Next(1, 12);
        return new()
        {
            Outcome = (PlacementOutcome)random.Next(5),
            Search = new(random.Next(2) == 0, random.NextInt64(1_000_000_000)),
            Gang = new(Name(random), Name(random), "Job", pods, random.Next(pods + 1), pods * 8, 8),
            Placement = random.Next(4) == 0 ? null : new("leaf", Name(random), [.. Enumerable.Range(0, pods).Select(i => Pod(random, i, depth))], []),
            Estimate = random.Next(2) == 0 ? null : new(Number(random), Number(random), Number(random), ImmutableSortedDictionary<string, double>.Empty.Add("leaf", Number(random)).Add("odd", 0), random.NextDouble(), Number(random)),
            Memory = random.Next(2) == 0 ? null : new(Number(random), Number(random), random.Next(2) == 0, random.Next(), Number(random)),
            Power = random.Next(3) == 0 ? null : new(random.NextInt64(100_000_000), random.Next(1000), [.. Enumerable.Range(0, random.Next(30)).Select(_ => Domain(random))]),
            Reasons = [.. Enumerable.Range(0, random.Next(6)).Select(_ => new FitReason((FitConstraint)random.Next(12), random.Next(20_000), Name(random), Sentence(random)))],
            CounterOffers = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new CounterOffer((CounterOfferChange)random.Next(7), Sentence(random), (PlacementOutcome)random.Next(5), Number(random)))],
            Problems = [.. Enumerable.Range(0, random.Next(20)).Select(_ => new Problem((Severity)random.Next(3), Name(random), Sentence(random)))],
            Summary = Sentence(random),
        };
    }

    private static ReportPod Pod(Random random, int index, int depth) =>
        new($"{Name(random)}-{index}", index, random.Next(5) == 0 ? null : index * 8, $"{Name(random)}{index / random.Next(1, 3)}", Name(random), random.Next(2) == 0 ? null : Name(random), [.. Enumerable.Range(0, depth).Select(d => $"d{d}-{random.Next(1 + 3 * d)}")]);

    private static ReportPowerDomain Domain(Random random) =>
        new(random.Next(2) == 0 ? "rack" : "facility", Name(random), random.NextInt64(10_000_000), random.NextInt64(10_000_000), random.NextInt64(10_000_000));

    private static double Number(Random random) => random.Next(5) switch { 0 => 0, 1 => random.NextDouble(), 2 => random.NextDouble() * 1e15, 3 => double.NaN, _ => random.Next(1000) };

    private static string Name(Random random) => Names[random.Next(Names.Length)];

    private static string Sentence(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(30)).Select(_ => Name(random)));
}
