using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;
using Xunit.Abstractions;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>
/// Small gangs on small clusters with room everywhere, where only watts can be short: whether a gang fits is counted out over every way to spread it, against
/// the true tree, and must be what the engine says.
/// </summary>
public sealed class PowerFeasibilityTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Horizon = TimeSpan.FromHours(24);

    [Fact]
    public void Plan_OnlyPowerBinds_FitsExactlyWhenSomeSpreadOfTheMembersHolds()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("TOPOSCHEDULER_POWER_CASES"), out var asked) ? asked : 2_000;
        var (fits, not, undecided) = (0, 0, 0);
        for (var seed = 0; seed < cases; seed++)
        {
            var scene = new Scene(seed);
            var result = PlacementEngine.Plan(scene.Cluster, scene.Gang, PlacementPolicy.Default);
            var truth = scene.Fits();
            if (result.Outcome == PlacementOutcome.Undecided)
            {
                undecided++;
                continue;
            }

            Assert.True(truth == (result.Plan is not null), $"seed {seed}: the engine says {result.Outcome}, counting says {truth}{scene}");
            if (result.Plan is { } plan)
            {
                var counts = new int[scene.Cluster.Nodes.Length];
                foreach (var member in plan.Members) counts[member.Node] += 1;
                Assert.True(scene.Holds(counts), $"seed {seed}: the plan is over a budget{scene}");
            }

            if (truth) fits++;
            else not++;
        }

        output.WriteLine($"{fits} fit, {not} do not, {undecided} undecided");
        Assert.True(fits > cases / 5 && not > cases / 5);
        Assert.True(undecided <= cases / 50, $"{undecided} undecided");
    }

    /// <summary>One case, and the counting.</summary>
    private sealed class Scene
    {
        private readonly TruePowerTree _tree;
        private readonly int[] _nodeOf;
        private readonly List<(TruePowerTree.Domain Domain, long Watts)> _budgets;
        private readonly long _watts;

        public Scene(int seed)
        {
            var random = new Random(seed);
            var count = 2 + random.Next(5);
            var trees = new RandomPowerTree(random);
            _tree = trees.Draw(count);
            var slots = 1 + random.Next(3);
            var (idle, full) = (Enumerable.Repeat(2_300L, count).ToList(), Enumerable.Repeat(10_200L, count).ToList());
            foreach (var domain in _tree.Domains)
            {
                trees.State(_tree, domain, _tree.WorstHalfWatts(domain, idle), _tree.WorstHalfWatts(domain, full), Now);
            }

            var gpus = 8 / slots;
            TimeSpan? duration = random.Next(3) == 0 ? TimeSpan.FromMinutes(1 + random.Next(900)) : null;
            _budgets = [.. from d in _tree.Domains let watts = TruePowerTree.LowestWatts(d, Now, duration ?? Horizon) where watts is not null select (d, watts.Value)];
            Gang = GangBuilder.Members(1 + random.Next(6)).GpusPerPod(gpus).Hints(h => h with { ExpectedDuration = duration }).Build();
            // Room for every member on every node: nothing but watts can be short.
            var nodes = Enumerable.Range(0, count).Select(i => Node(i, gpus * 8));
            Cluster = ClusterSnapshot.Create(nodes, [], _tree.Domains.Select(d => d.Spec).OfType<PowerDomainSpec>()).At(Now, Horizon);
            _watts = PowerDraw.OfPod(Cluster.Nodes[0].Power, Gang.Roles[0].Template.Power);
            _nodeOf = [.. Cluster.Nodes.Select(n => int.Parse(n.Name[1..], System.Globalization.CultureInfo.InvariantCulture))];
        }

        public ClusterSnapshot Cluster { get; }

        public Gang Gang { get; }

        public override string ToString() => $"""

            {string.Join('\n', _tree.Nodes.Select((c, n) => $"{n}: {_tree.LocationOf(n)}"))}
            {string.Join('\n', _tree.Domains.Select(d => $"{d.Id}: label {d.LabelWatts}, {d.Spec}"))}
            {string.Join(", ", _budgets.Select(b => $"{b.Domain.Id} {b.Watts} W"))}
            {string.Join(", ", Cluster.Over(Gang.Hints.ExpectedDuration).Power.Domains.Select(d => $"{d.Id} {d.BudgetWatts} W, base {d.BaseWatts} W"))}
            {string.Join(", ", Cluster.Power.Problems)}
            """;

        public bool Fits() => Spread(new int[_nodeOf.Length], 0, Gang.Size);

        /// <summary>Whether every domain that carries a node with members holds, by node index of the cluster.</summary>
        public bool Holds(int[] counts)
        {
            var draws = new long[_nodeOf.Length];
            var used = new HashSet<int>();
            for (var n = 0; n < counts.Length; n++)
            {
                draws[_nodeOf[n]] = Math.Min(10_200, 2_300 + counts[n] * _watts);
                if (counts[n] > 0) used.Add(_nodeOf[n]);
            }

            return _budgets.Where(b => used.Any(n => _tree.Carries(b.Domain, n))).All(b => _tree.WorstHalfWatts(b.Domain, draws) <= 2 * b.Watts);
        }

        private bool Spread(int[] counts, int node, int left)
        {
            if (left == 0) return Holds(counts);
            if (node == counts.Length) return false;
            for (counts[node] = left; counts[node] >= 0; counts[node]--)
            {
                if (Spread(counts, node + 1, left - counts[node])) return true;
            }

            counts[node] = 0;
            return false;
        }

        private NodeInfo Node(int i, int gpus) => new()
        {
            Name = ClusterBuilder.NameOf(i),
            Uid = $"uid-{i}",
            Allocatable = ClusterBuilder.Allocatable(gpus, 110),
            Location = new("toposcheduler", [$"l{i / 3}", "s0"], IdScope.Path, null),
            PowerLocation = _tree.LocationOf(i),
            Power = ClusterBuilder.H100(8),
            Accelerator = "H100 SXM",
        };
    }
}
