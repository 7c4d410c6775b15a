using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Core.Power;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Power;

/// <summary>A live state on a true power tree, and whoever acts on both. What runs is kept in plain lists; watts are added up from these.</summary>
internal sealed class PowerWorld
{
    private const int Nodes = 24;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Horizon = TimeSpan.FromHours(24);
    private static readonly NodePower Server = ClusterBuilder.H100(8);

    private readonly Random _random;
    private readonly RandomPowerTree _trees;
    private readonly TruePowerTree _tree;
    private readonly ClusterState _state = new();
    private readonly Dictionary<string, PodInfo> _bound = [];
    private readonly bool _recovers;
    private ClusterSnapshot? _old;
    private DateTimeOffset _now = Start;
    private string _last = "";
    private int _next;
    private int _over;
    private int _single;

    /// <summary>A world.</summary>
    /// <param name="seed">What is drawn.</param>
    /// <param name="recovers">
    /// True: pods draw less than is reserved for them, meters say what they draw, and what they leave is used. What they draw, and not what is reserved, is then
    /// judged.
    /// </param>
    public PowerWorld(int seed, bool recovers = false)
    {
        (_random, _recovers) = (new(seed), recovers);
        _trees = new(_random);
        _tree = _trees.Draw(Nodes);
        _state.SetTime(_now, Horizon);
        foreach (var domain in _tree.Domains) State(domain);
        for (var n = 0; n < Nodes; n++) _state.Upsert(Node(n));
    }

    /// <summary>Times something was promised or approved.</summary>
    public int Acts { get; private set; }

    /// <summary>Times watts were in the way.</summary>
    public int Refusals { get; private set; }

    public string Summary => $"{Acts} acts ({_single} for single pods), {Refusals} refused for watts, {_over} times others had pushed a domain over";

    public void Step()
    {
        switch (_random.Next(20))
        {
            case < 5: Plan(); break;
            case < 7: Assume(); break;
            case 7: Approve(); break;
            case 8 when _random.Next(6) == 0: Intrude(); break;
            case < 12: Bind(); break;
            case < 16: Finish(); break;
            case 16: Change(); break;
            case 17: Pass(); break;
            case 18: Measure(); break;
            default: _old = _state.Current; break;
        }
    }

    // Now and then on a snapshot that is not the newest: the state must see for itself.
    private void Plan()
    {
        var gang = Gang(1 + _random.Next(6), GangBuilder.Members(1).Build().Key.Kind);
        var cluster = _old is { } old && _random.Next(3) == 0 ? old : _state.Current;
        var result = PlacementEngine.Plan(cluster, gang, PlacementPolicy.Default);
        if (result.Plan is not { } plan)
        {
            if (result.Reasons.Any(r => r.Constraint == FitConstraint.Power)) Refusals++;
            return;
        }

        var refusal = _state.TryReserve(cluster, null, GangPlanner.ReservationOf(cluster, gang, plan, _now.AddDays(9)));
        if (refusal == CommitRefusal.Power) Refusals++;
        if (refusal == CommitRefusal.None) Judge($"reserved {gang.Key.Name}", plan.Members.Select(m => cluster.Nodes[m.Node].Name), gang.Hints.ExpectedDuration);
    }

    private void Assume()
    {
        var gang = Gang(1, "Pod");
        var pod = Pod(gang, ClusterBuilder.NameOf(_random.Next(Nodes)));
        var answer = _state.TryAssume(gang.Key, pod, gang, _now.AddDays(9));
        if (answer.Refusal == CommitRefusal.Power) Refusals++;
        if (!answer.MayBind) return;
        _single++;
        Judge($"assumed {pod.Name}", [pod.NodeName], gang.Hints.ExpectedDuration);
    }

    private void Approve()
    {
        var pod = Pod(Gang(1, "Pod"), ClusterBuilder.NameOf(_random.Next(Nodes)));
        if (_state.AssumeForeign(pod, _now.AddDays(9)).MayBind) Judge($"approved {pod.Name}", [pod.NodeName], null);
    }

    // Somebody who asks nobody.
    private void Intrude()
    {
        var node = ClusterBuilder.NameOf(_random.Next(Nodes));
        var free = 8 - (int)_bound.Values.Concat(Held()).Where(p => p.NodeName == node).Sum(p => p.Template.Power.Gpus);
        if (free < 4) return;
        var pod = Pod(Gang(1, "Pod"), node);
        Enter(pod);
        if (_tree.Domains.Any(d => d.BudgetAt(_now) is { } watts && _tree.WorstHalfWatts(d, Draws()) > 2 * watts)) _over++;
    }

    private void Bind()
    {
        var holds = _state.Reservations.SelectMany(r => r.Holds).OrderBy(h => h.Pod.Name, StringComparer.Ordinal).ToList();
        if (holds.Count == 0) return;
        var hold = holds[_random.Next(holds.Count)];
        if (hold.Pod.Uid.Length == 0 && !_state.TryClaim(hold.Gang, hold.Member, $"uid-{hold.Pod.Name}", hold.Pod.Name)) return;
        Enter(hold.Pod with { Uid = $"uid-{hold.Pod.Name}" });
    }

    private void Finish()
    {
        if (_random.Next(4) == 0 && _state.Reservations is { Length: > 0 } held)
        {
            _state.Release(held.OrderBy(r => r.Gang.Key.Name, StringComparer.Ordinal).First().Gang.Key);
            return;
        }

        if (_bound.Count == 0) return;
        var gone = _bound.Keys.Order(StringComparer.Ordinal).ElementAt(_random.Next(_bound.Count));
        _bound.Remove(gone);
        _state.RemovePod(gone);
    }

    private void Change()
    {
        State(_tree.Domains[_random.Next(_tree.Domains.Count)]);
        for (var n = 0; n < Nodes; n++) _state.Upsert(Node(n));
    }

    private void Pass()
    {
        _now = _now.AddMinutes(1 + _random.Next(180));
        _state.SetTime(_now, Horizon);
    }

    // Whatever a meter says, without leave to recover it must not make room; with it meters are right, and some are missing.
    private void Measure()
    {
        var draws = Draws();
        var readings = _tree.Domains.Where(_ => _random.Next(3) == 0).Select(d => new PowerReading(
            Enum.Parse<PowerReadingKind>(d.Kind.ToString()), d.Name, _tree.HalfWatts(d, draws, FeedState.Normal) / 2.0 * (_recovers ? 1 : _random.Next(3) + _random.NextDouble()), _now));
        var nodes = Enumerable.Range(0, Nodes).Where(_ => _recovers && _random.Next(2) == 0);
        _state.SetReadings([.. readings, .. nodes.Select(n => new PowerReading(PowerReadingKind.Node, ClusterBuilder.NameOf(n), draws[n], _now))], new(_recovers, 0) { Settle = TimeSpan.Zero });
    }

    private void State(TruePowerTree.Domain domain)
    {
        var before = domain.Spec;
        var (idle, full) = (Enumerable.Repeat(Server.IdleWatts, Nodes).ToList(), Enumerable.Repeat(Server.MaxWatts, Nodes).ToList());
        _trees.State(_tree, domain, _tree.WorstHalfWatts(domain, idle), _tree.WorstHalfWatts(domain, full), _now);
        // The other side's label may be this one's.
        foreach (var twin in _tree.Domains.Where(d => d.Twin == domain && _tree.Nodes.Any(c => c.B == d))) _trees.State(_tree, twin, 0, 2 * 10_200 * Nodes, _now);
        foreach (var spec in _tree.Domains.Select(d => d.Spec).OfType<PowerDomainSpec>()) _state.Upsert(spec);
        foreach (var gone in _tree.Domains.Where(d => d.Spec is null)) _state.RemovePowerDomain(RandomPowerTree.SourceOf(gone));
        _last = $"{domain.Id}: label {domain.LabelWatts}, {domain.Spec} instead of {before}";
    }

    private void Judge(string act, IEnumerable<string> nodes, TimeSpan? duration)
    {
        Acts++;
        var draws = Draws();
        var used = nodes.Select(n => int.Parse(n[1..], CultureInfo.InvariantCulture)).ToHashSet();
        foreach (var domain in _tree.Domains.Where(d => used.Any(n => _tree.Carries(d, n))))
        {
            if (TruePowerTree.LowestWatts(domain, _now, duration ?? Horizon) is not { } budget) continue;
            var drawn = _tree.WorstHalfWatts(domain, draws);
            Assert.True(drawn <= 2 * budget, $"{act}: {domain.Id} draws {drawn / 2.0} W of {budget} W at {_now:u} over {duration}; {_last}");
        }
    }

    private List<long> Draws()
    {
        var watts = new long[Nodes];
        foreach (var pod in _bound.Values.Concat(Held()))
        {
            var gpus = pod.Template.Power.Gpus;
            var reserved = (long)Math.Ceiling((gpus * 630) + (gpus / 8 * (10_200 - 2_300 - (8 * 630))));
            watts[int.Parse(pod.NodeName[1..], CultureInfo.InvariantCulture)] += _recovers ? reserved * ShareOf(pod) / 100 : reserved;
        }

        return [.. watts.Select(w => Math.Min(10_200, 2_300 + w))];
    }

    // What a pod draws of what is reserved for it, in percent; one that is only promised draws nothing.
    private int ShareOf(PodInfo pod) => _bound.ContainsKey(pod.Uid) ? pod.Name.Sum(c => c * 7) % 101 : 0;

    private IEnumerable<PodInfo> Held() => _state.Reservations.SelectMany(r => r.Holds).Select(h => h.Pod).Where(p => !_bound.ContainsKey(p.Uid));

    private void Enter(PodInfo pod)
    {
        _bound[pod.Uid] = pod;
        _state.Upsert(pod);
    }

    private Gang Gang(int members, string kind)
    {
        TimeSpan? duration = _random.Next(2) == 0 ? TimeSpan.FromMinutes(1 + _random.Next(900)) : null;
        var gang = GangBuilder.Members(members).GpusPerPod(1 << _random.Next(4)).Named($"g{_next++:D5}").Hints(h => h with { ExpectedDuration = duration }).Build();
        return gang with { Key = gang.Key with { Kind = kind } };
    }

    private static PodInfo Pod(Gang gang, string node) => new(gang.Key.Name, $"uid-{gang.Key.Name}", node, gang.Roles[0].Template, Gang: gang.Key, Member: 0);

    private NodeInfo Node(int i) => new()
    {
        Name = ClusterBuilder.NameOf(i),
        Uid = $"uid-{i}",
        Allocatable = ClusterBuilder.Allocatable(8, 110),
        Location = new("toposcheduler", [$"l{i / 4}", $"s{i / 12}"], IdScope.Path, null),
        PowerLocation = _tree.LocationOf(i),
        Power = Server,
        Accelerator = "H100 SXM",
    };
}
