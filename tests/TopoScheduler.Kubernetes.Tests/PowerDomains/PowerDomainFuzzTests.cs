using TopoScheduler.Core;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Kubernetes.Tests.Files;
using TopoScheduler.Kubernetes.Tests.Mapping;

namespace TopoScheduler.Kubernetes.Tests.PowerDomains;

/// <summary>Every field of a power domain replaced by something that does not belong there: never an exception, and where an error is told never a watt more.</summary>
public sealed class PowerDomainFuzzTests
{
    private static readonly DateTimeOffset Start = new(2027, 1, 25, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Objects =
    [
        """
        {metadata: {name: r7, uid: u}, spec: {kind: rack, name: r7, parent: pdu/p, budgetWatts: 50000, baseWatts: 1200, redundancy: N+1, units: 5, derate: 0.8, coolingWatts: 45000,
          schedule: [{name: once, budgetWatts: 20000, start: '2027-01-26T16:00:00Z', end: '2027-01-26T18:00:00Z'},
                     {name: weekly, budgetWatts: 30000, days: [Mon, Thu], from: '22:00', to: '06:30', timeZone: Europe/Berlin}]},
         status: {effectiveBudgetWatts: 1, conditions: [{type: OverBudget, status: 'True', reason: R, message: m, lastTransitionTime: '2027-01-26T16:00:00Z'}]}}
        """,
        "{metadata: {name: p}, spec: {kind: pdu, coolingWatts: 90000, redundancy: 2N, budgetWatts: 200000}}",
        "{metadata: {name: f}, spec: {kind: facility, schedule: [{name: w, budgetWatts: 5, days: [Sun], from: '00:00', to: '23:59'}]}}",
    ];

    [Fact]
    public void Read_AnyFieldReplaced_IsAnAnswerAndNeverOpensTheDomain()
    {
        var (read, wrong) = (0, 0);
        foreach (var tree in Objects.Select(Yaml.Tree))
        {
            var whole = PowerDomainReader.Read(tree);
            Assert.Empty(whole.Problems);
            foreach (var changed in FieldFuzzTests.Variants(tree))
            {
                read++;
                var sighting = PowerDomainSighting.Read(changed);
                Assert.All(sighting.Reading.Problems, p => Assert.NotEmpty(p.Message));
                if (sighting.Reading.Spec is not { } spec || spec.Problems.All(p => p.Severity != Severity.Error)) continue;
                wrong++;
                for (var hour = 0; hour < 7 * 24; hour++)
                {
                    Assert.True(Bound(spec, Start.AddHours(hour)) <= Bound(whole.Spec!, Start.AddHours(hour)), $"{Bound(spec, Start.AddHours(hour))} W: {spec.Problems[0].Message}");
                }
            }
        }

        Assert.True(read > 500 && wrong > 200, $"{read} variants, {wrong} of them wrong");
    }

    // Watts left for nodes at a moment, worked out by hand from what was read.
    private static long Bound(PowerDomainSpec spec, DateTimeOffset at)
    {
        var share = spec.Redundancy switch
        {
            PowerRedundancy.None => 1,
            PowerRedundancy.OneSpare when spec.Units >= 2 => (spec.Units - 1m) / spec.Units,
            _ => 0.5m,
        };
        var bound = spec.BudgetWatts is { } budget ? (long)(budget * spec.Derate * share) : long.MaxValue;
        bound = Math.Min(bound, spec.CoolingWatts ?? long.MaxValue);
        foreach (var window in spec.Schedule)
        {
            if (window.Overlaps(at, at)) bound = Math.Min(bound, window.BudgetWatts);
        }

        return Math.Max(0, bound - spec.BaseWatts);
    }
}
