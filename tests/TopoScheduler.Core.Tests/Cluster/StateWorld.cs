using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Topology;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Cluster;

/// <summary>
/// Sends random events to a <see cref="ClusterState"/> and keeps beside it, in plain dictionaries, what must be known after each: nodes, bound pods, holds.
/// </summary>
internal sealed class StateWorld(int seed)
{
    private const int MostNodes = 12;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, NodeInfo> _nodes = [];
    private readonly Dictionary<string, PodInfo> _bound = [];
    private readonly Dictionary<GangKey, (Gang Gang, ImmutableList<Hold> Holds, DateTimeOffset ExpiresAt)> _held = [];
    private readonly List<Action> _past = [];
    private DateTimeOffset _now = Start;
    private int _next;

    public ClusterState State { get; } = new();

    /// <summary>What happened last.</summary>
    public string Last { get; private set; } = "nothing";

    public IEnumerable<PodInfo> HeldPods => _held.Values.SelectMany(h => h.Holds).Select(h => h.Pod);

    /// <summary>What the state must show, from scratch.</summary>
    public ClusterSnapshot Scratch() => ClusterSnapshot.Create(_nodes.Values.OrderBy(_ => _random.Next()).ToList(), [.. _bound.Values, .. HeldPods]);

    public void Step()
    {
        _now += TimeSpan.FromSeconds(1);
        Last = _random.Next(23) switch
        {
            < 4 => UpsertNode(),
            4 => RemoveNode(),
            5 => Relist(),
            < 9 => BindForeign(),
            9 => UpdatePod(),
            < 12 => RemovePod(),
            < 15 => Reserve(),
            15 => Claim(),
            16 => Assume(),
            17 => AssumeSingle(),
            18 => Confirm(),
            19 => GiveUp(),
            20 => Expire(),
            21 => Restore(),
            _ => Repeat(),
        };
    }

    private string UpsertNode()
    {
        var name = ClusterBuilder.NameOf(_random.Next(MostNodes));
        var node = _nodes.TryGetValue(name, out var known) && Chance(70) ? Changed(known) : Fresh(name);
        _nodes[name] = node;
        Do(() => State.Upsert(node));
        return $"node {name} upserted";
    }

    private NodeInfo Fresh(string name)
    {
        var i = int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture);
        var gpus = Chance(80) ? 8 : 0;
        return new()
        {
            Name = name,
            Uid = $"uid-{name}-{_random.Next(3)}",
            Allocatable = ClusterBuilder.Allocatable(gpus, _random.Next(2, 9)),
            Location = new("toposcheduler", [$"l{i / 3}", $"s{i / 6}"], IdScope.Path, null),
            PowerLocation = new() { Rack = $"r{i / 4}", RackBudgetWatts = 12_000 + 2_000 * _random.Next(12), Pdu = $"p{i / 8}", PduB = Chance(30) ? "q" : null, PduBudgetWatts = 60_000 },
            Power = ClusterBuilder.H100(gpus) with { WattsKnown = !Chance(5) },
            Accelerator = gpus > 0 ? "H100 SXM" : null,
        };
    }

    private NodeInfo Changed(NodeInfo node) => _random.Next(8) switch
    {
        0 => node with { Ready = !node.Ready },
        1 => node with { Unschedulable = !node.Unschedulable },
        2 => node with { Allocatable = node.Allocatable.With(ResourceList.Pods, _random.Next(2, 9)) },
        3 => node with { Power = node.Power with { IdleWatts = 1_000 + 100 * _random.Next(10), Powered = !Chance(20) } },
        4 => node with { PowerLocation = node.PowerLocation with { RackBudgetWatts = 12_000 + 2_000 * _random.Next(12) } },
        5 => node with { PowerLocation = node.PowerLocation with { Rack = $"r{_random.Next(4)}" } },
        6 => node with { Location = node.Location with { Fabric = [$"l{_random.Next(4)}", $"s{_random.Next(2)}"] } },
        _ => node,
    };

    private string RemoveNode()
    {
        var name = ClusterBuilder.NameOf(_random.Next(MostNodes));
        _nodes.Remove(name);
        Do(() => State.RemoveNode(name));
        return $"node {name} removed";
    }

    private string Relist()
    {
        _past.Clear();
        if (Chance(50))
        {
            foreach (var name in _nodes.Keys.ToList())
            {
                if (Chance(10)) _nodes.Remove(name);
                else if (Chance(10)) _nodes[name] = Changed(_nodes[name]);
            }

            State.ReplaceNodes([.. _nodes.Values]);
            return "nodes listed";
        }

        foreach (var key in _bound.Keys.ToList())
        {
            if (Chance(20)) _bound.Remove(key);
        }

        foreach (var hold in _held.Values.SelectMany(h => h.Holds).Where(h => h.Pod.Uid.Length > 0 && Chance(20)).ToList())
        {
            Bound(hold.Pod with { NodeName = SomeNode() });
        }

        State.ReplacePods([.. _bound.Values.OrderBy(_ => _random.Next())]);
        return "pods listed";
    }

    private string BindForeign()
    {
        var pod = Pod($"foreign-{_next++}", SomeNode()) with { IsDaemon = Chance(10) };
        Bound(pod);
        Do(() => State.Upsert(pod));
        return $"{pod.Name} bound to {pod.NodeName}";
    }

    private string UpdatePod()
    {
        if (_bound.Count == 0) return "nothing to update";
        var pod = _bound.Values.ElementAt(_random.Next(_bound.Count));
        pod = Chance(50) ? pod with { Terminating = true } : pod with { Template = Template() };
        Bound(pod);
        State.Upsert(pod);
        return $"{pod.Name} updated";
    }

    private string RemovePod()
    {
        string[] uids = [.. _bound.Keys, .. HeldPods.Select(p => p.Uid).Where(u => u.Length > 0), "never-seen"];
        var uid = uids[_random.Next(uids.Length)];
        _bound.Remove(uid);
        foreach (var (key, held) in _held.ToList())
        {
            if (held.Holds.Find(h => h.Pod.Uid == uid) is not { } hold) continue;
            if (held.Gang.Size == 1) Keep(key, held.Holds.Remove(hold));
            else Keep(key, held.Holds.Replace(hold, hold with { Pod = hold.Pod with { Uid = "" }, Phase = HoldPhase.Planned }));
        }

        Do(() => State.RemovePod(uid));
        return $"{uid} removed";
    }

    private string Reserve()
    {
        if (_nodes.Count == 0) return "no node";
        var plannedOn = State.Current;
        var gang = GangBuilder.Members(_random.Next(2, 5)).Named($"g{_random.Next(6)}").Build();
        var standing = State.ReservationOf(gang.Key);
        if (standing is not null && standing.Gang.Size != gang.Size) return "another size";
        var kept = standing?.Holds.RemoveAll(h => h.Phase == HoldPhase.Planned && Chance(50)) ?? [];
        var open = Enumerable.Range(0, gang.Size).Except(kept.Select(h => h.Member)).ToList();
        var fresh = open.Select(m => new Hold(gang.Key, m, Pod($"{gang.Key.Name}-{m}", SomeKnown()) with { Uid = "" }, HoldPhase.Planned));
        ImmutableArray<Hold> holds = [.. kept.AddRange(fresh).OrderBy(h => h.Member)];
        // An event between planning and reserving: the state must look again.
        if (Chance(30)) BindForeign();
        // A plan that fits is what the newest snapshot has room for; so a random one is always judged.
        var refusal = State.TryReserve(ClusterSnapshot.Create([], []), standing, new(gang, holds, null, _now.AddSeconds(30)));
        if (refusal == CommitRefusal.None) _held[gang.Key] = (gang, [.. holds], _now.AddSeconds(30));
        return $"{gang.Key.Name} reserved, planned on {plannedOn.Nodes.Length} nodes: {refusal}";
    }

    private string Claim()
    {
        if (SomeHold() is not { } hold) return "nothing to claim";
        var uid = Chance(80) ? $"claim-{_next++}" : _bound.Keys.FirstOrDefault("none");
        var could = hold.Pod.Uid.Length == 0 && !_bound.ContainsKey(uid) && HeldPods.All(p => p.Uid != uid);
        Assert.Equal(could, State.TryClaim(hold.Gang, hold.Member, uid, $"pod-{uid}"));
        if (could) Keep(hold.Gang, _held[hold.Gang].Holds.Replace(hold, hold with { Pod = hold.Pod with { Uid = uid, Name = $"pod-{uid}" } }));
        return $"{hold.Gang.Name}/{hold.Member} claimed by {uid}: {could}";
    }

    private string Assume()
    {
        if (SomeHold() is not { } hold || hold.Pod.Uid.Length == 0 || _held[hold.Gang].Gang.Size == 1) return "nothing to assume";
        var answer = State.TryAssume(hold.Gang, hold.Pod, _held[hold.Gang].Gang, _now.AddSeconds(30));
        if (answer.MayBind)
        {
            Keep(hold.Gang, _held[hold.Gang].Holds.Replace(hold, hold with { Phase = HoldPhase.Assumed }));
            _held[hold.Gang] = _held[hold.Gang] with { ExpiresAt = _now.AddSeconds(30) };
        }

        return $"{hold.Gang.Name}/{hold.Member} assumed: {answer.Refusal}";
    }

    private string AssumeSingle()
    {
        var name = $"single-{_random.Next(8)}";
        var gang = GangBuilder.Members(1).Named(name).Build();
        var pod = Pod($"{name}-{_next++}", SomeNode());
        var answer = State.TryAssume(gang.Key, pod, gang, _now.AddSeconds(30));
        if (answer.MayBind)
        {
            var before = _held.TryGetValue(gang.Key, out var held) ? held.Holds : [];
            _held[gang.Key] = (gang, before.Add(new(gang.Key, 0, pod, HoldPhase.Assumed)), _now.AddSeconds(30));
        }

        return $"{pod.Name} assumed: {answer.Refusal}";
    }

    private string Confirm()
    {
        if (SomeHold() is not { } hold || hold.Pod.Uid.Length == 0) return "nothing to confirm";
        var pod = Chance(80) ? hold.Pod : hold.Pod with { NodeName = SomeNode() };
        Bound(pod);
        Do(() => State.Upsert(pod));
        return $"{pod.Name} seen bound to {pod.NodeName}";
    }

    private string GiveUp()
    {
        if (SomeHold() is not { } hold) return "nothing to give up";
        if (Chance(50))
        {
            State.Release(hold.Gang);
            _held.Remove(hold.Gang);
            return $"{hold.Gang.Name} released";
        }

        if (hold.Pod.Uid.Length > 0)
        {
            State.Forget(hold.Pod.Uid);
            var single = _held[hold.Gang].Gang.Size == 1;
            Keep(hold.Gang, single ? _held[hold.Gang].Holds.Remove(hold) : _held[hold.Gang].Holds.Replace(hold, hold with { Phase = HoldPhase.Planned }));
            return $"{hold.Pod.Uid} forgotten";
        }

        State.GiveUp(hold.Gang, h => h.Member == hold.Member);
        Keep(hold.Gang, _held[hold.Gang].Holds.Remove(hold));
        return $"{hold.Gang.Name}/{hold.Member} given up";
    }

    private string Expire()
    {
        var lapsed = _held.Where(h => h.Value.ExpiresAt <= _now && h.Value.Holds.All(x => x.Phase == HoldPhase.Planned)).Select(h => h.Key.Name).Order(StringComparer.Ordinal).ToList();
        var doubtful = _held.Where(h => h.Value.ExpiresAt <= _now).SelectMany(h => h.Value.Holds).Where(h => h.Phase == HoldPhase.Assumed)
            .Select(h => h.Pod.Uid).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(lapsed, State.Expire(_now).Select(r => r.Gang.Key.Name));
        Assert.Equal(doubtful, State.Doubtful(_now).Select(h => h.Pod.Uid).Order(StringComparer.Ordinal));
        foreach (var key in _held.Keys.Where(k => lapsed.Contains(k.Name)).ToList())
        {
            _held.Remove(key);
        }

        return $"{lapsed.Count} lapsed";
    }

    // Another process promised it: pods that may be bound at any moment, members that have no pod yet, and some that have been bound meanwhile.
    private string Restore()
    {
        if (_nodes.Count == 0) return "no node";
        var gang = GangBuilder.Members(_random.Next(2, 5)).Named($"g{_random.Next(6)}").Build();
        var standing = _held.TryGetValue(gang.Key, out var held) ? held.Holds : [];
        string[] others = [.. _bound.Keys.Take(1), .. _held.Where(h => h.Key != gang.Key).SelectMany(h => h.Value.Holds).Select(h => h.Pod.Uid).Where(u => u.Length > 0).Take(1)];
        var known = new Queue<string>(others.Where(_ => Chance(30)));
        var holds = new List<Hold>();
        for (var m = 0; m < gang.Size; m++)
        {
            if (standing.Find(h => h.Member == m) is { } before && Chance(50)) holds.Add(before);
            else if (Chance(40)) holds.Add(new(gang.Key, m, Pod($"{gang.Key.Name}-{m}", SomeNode()) with { Uid = known.TryDequeue(out var uid) ? uid : $"restored-{_next++}" }, HoldPhase.Assumed));
            else if (Chance(50)) holds.Add(new(gang.Key, m, Pod($"{gang.Key.Name}-{m}", SomeNode()) with { Uid = "" }, HoldPhase.Planned));
        }

        var restored = State.Restore(new(gang, [.. holds], null, _now.AddSeconds(30)));
        var kept = restored?.Holds ?? [];
        Assert.Equal(holds.Where(h => h.Phase == HoldPhase.Assumed && !_bound.ContainsKey(h.Pod.Uid)), kept.Where(h => h.Phase == HoldPhase.Assumed));
        Assert.Empty(kept.Except(holds));
        foreach (var (key, value) in _held.Where(h => h.Key != gang.Key).ToList())
        {
            Keep(key, value.Holds.RemoveAll(h => kept.Any(k => k.Pod.Uid.Length > 0 && k.Pod.Uid == h.Pod.Uid)));
        }

        if (kept.IsEmpty) _held.Remove(gang.Key);
        else _held[gang.Key] = (gang, [.. kept], _now.AddSeconds(30));
        _past.Clear();
        return $"{gang.Key.Name} restored: {kept.Length} of {holds.Count} holds";
    }

    // A watch may send what it has sent before; what has been overtaken since would be another event.
    private string Repeat()
    {
        if (_past.Count == 0) return "nothing to repeat";
        _past[^1]();
        return $"again: {Last}";
    }

    private void Do(Action send)
    {
        send();
        _past.Clear();
        _past.Add(send);
    }

    private void Bound(PodInfo pod)
    {
        _past.Clear();
        _bound[pod.Uid] = pod;
        foreach (var (key, held) in _held.ToList())
        {
            if (held.Holds.Find(h => h.Pod.Uid == pod.Uid) is { } hold) Keep(key, held.Holds.Remove(hold));
        }
    }

    private void Keep(GangKey key, ImmutableList<Hold> holds)
    {
        _past.Clear();
        if (holds.IsEmpty) _held.Remove(key);
        else _held[key] = _held[key] with { Holds = holds };
    }

    private Hold? SomeHold()
    {
        var holds = _held.OrderBy(h => h.Key.Name, StringComparer.Ordinal).SelectMany(h => h.Value.Holds).ToList();
        return holds.Count == 0 ? null : holds[_random.Next(holds.Count)];
    }

    private PodInfo Pod(string name, string node) => new(name, $"uid-{name}", node, Template(), _random.Next(3));

    private PodTemplate Template()
    {
        var template = GangBuilder.Template(_random.Next(3), 500 * _random.Next(4), "some");
        if (Chance(10)) template = template with { Requests = template.Requests.With("example.com/other", _random.Next(3)) };
        if (Chance(10)) template = template with { AntiAffinity = [new(new([]), [], "rack")] };
        return template with { Power = template.Power with { Utilisation = Chance(50) ? 1 : 0.7 } };
    }

    private string SomeNode() => ClusterBuilder.NameOf(_random.Next(MostNodes + 2));

    private string SomeKnown() => _nodes.Keys.Order(StringComparer.Ordinal).ElementAt(_random.Next(_nodes.Count));

    private bool Chance(int percent) => _random.Next(100) < percent;
}
