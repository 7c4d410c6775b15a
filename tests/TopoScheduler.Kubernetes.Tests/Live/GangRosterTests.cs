using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Kubernetes.Tests.Live;

/// <summary>Events come late, twice and out of order with answers to our own patches; what was known for certain stays known.</summary>
public sealed class GangRosterTests
{
    private static readonly GangKey A = new("ml", "Job", "a");
    private static readonly GangKey B = new("ml", "Job", "b");

    private readonly GangRoster _roster = new();

    private static GangPod Gated { get; } = new() { Namespace = "ml", Name = "p", Uid = "u", Gang = A, Gated = true };

    private static GangPod Released { get; } = Gated with { Gated = false, PinnedNode = "n-1", Member = 0 };

    private static GangPod Bound { get; } = Released with { NodeName = "n-1" };

    public static TheoryData<int, int> Later() => new() { { 0, 1 }, { 0, 2 }, { 1, 2 } };

    [Theory]
    [MemberData(nameof(Later))]
    public void Upsert_FromBefore_IsLateAndNoNews(int earlier, int later)
    {
        GangPod[] stages = [Gated, Released, Bound];
        _roster.Upsert(stages[later]);
        _roster.TakeChanged();

        _roster.Upsert(stages[earlier]);
        _roster.Learn(stages[earlier]);

        Assert.Same(stages[later], Assert.Single(_roster.PodsOf(A)));
        Assert.Empty(_roster.TakeChanged());
    }

    [Theory]
    [MemberData(nameof(Later))]
    public void Upsert_NextStage_IsNews(int earlier, int later)
    {
        GangPod[] stages = [Gated, Released, Bound];
        _roster.Upsert(stages[earlier]);
        _roster.TakeChanged();

        _roster.Upsert(stages[later]);

        Assert.Same(stages[later], Assert.Single(_roster.PodsOf(A)));
        Assert.Equal([A], _roster.TakeChanged());
    }

    [Fact]
    public void Upsert_SameStage_IsTheNewest()
    {
        _roster.Upsert(Released);
        var tried = Released with { Unschedulable = "0/4 nodes are available" };

        _roster.Upsert(tried);

        Assert.Same(tried, Assert.Single(_roster.PodsOf(A)));
    }

    [Fact]
    public void Upsert_NotTerminatingAnyMore_IsLate()
    {
        var terminating = Gated with { Terminating = true };
        _roster.Upsert(terminating);

        _roster.Upsert(Gated);
        Assert.Same(terminating, Assert.Single(_roster.PodsOf(A)));

        // Not even where it has come a stage further: it goes all the same.
        _roster.Upsert(Released);
        Assert.True(Assert.Single(_roster.PodsOf(A)).Terminating);
    }

    [Fact]
    public void Learn_PodThatIsKnown_IsNewsBeforeTheWatchSaysSo()
    {
        _roster.Upsert(Gated);
        _roster.TakeChanged();

        _roster.Learn(Released);

        Assert.Same(Released, Assert.Single(_roster.PodsOf(A)));
        Assert.Equal([A], _roster.TakeChanged());
        _roster.Upsert(Gated);
        Assert.Same(Released, Assert.Single(_roster.PodsOf(A)));
    }

    [Fact]
    public void Learn_PodThatIsGone_DoesNotComeBack()
    {
        _roster.Upsert(Gated);
        _roster.Remove("u");
        _roster.TakeChanged();

        _roster.Learn(Released);

        Assert.Empty(_roster.PodsOf(A));
        Assert.Empty(_roster.Gangs);
        Assert.Empty(_roster.TakeChanged());
    }

    [Fact]
    public void Remove_LastPod_EndsTheGangAndIsNews()
    {
        _roster.Upsert(Gated);
        _roster.Upsert(Gated with { Name = "q", Uid = "v" });
        _roster.TakeChanged();

        _roster.Remove("u");
        Assert.Equal(["q"], _roster.PodsOf(A).Select(p => p.Name));
        Assert.Equal([A], _roster.Gangs);
        _roster.Remove("v");

        Assert.Empty(_roster.Gangs);
        Assert.Equal([A], _roster.TakeChanged());
        _roster.Remove("never seen");
        Assert.Empty(_roster.TakeChanged());
    }

    [Fact]
    public void Replace_PodsNotNamed_AreGone()
    {
        _roster.Upsert(Bound);
        _roster.Upsert(Gated with { Name = "q", Uid = "v", Gang = B });
        _roster.TakeChanged();
        var next = Gated with { Name = "r", Uid = "w" };

        // A list may be as late as an event.
        _roster.Replace([Gated, next]);

        Assert.Equal([A], _roster.Gangs);
        Assert.Equal([Bound, next], _roster.PodsOf(A));
        Assert.Equal([A, B], _roster.TakeChanged().OrderBy(g => g.Name, StringComparer.Ordinal));
        _roster.Replace([]);
        Assert.Empty(_roster.Gangs);
    }

    [Fact]
    public void Upsert_PodOfAnotherGangNow_LeavesTheOldOneAndBothChange()
    {
        _roster.Upsert(Gated);
        _roster.Upsert(Gated with { Name = "q", Uid = "v" });
        _roster.TakeChanged();

        _roster.Upsert(Gated with { Gang = B });

        Assert.Equal(["q"], _roster.PodsOf(A).Select(p => p.Name));
        Assert.Equal(["p"], _roster.PodsOf(B).Select(p => p.Name));
        Assert.Equal([A, B], _roster.TakeChanged().OrderBy(g => g.Name, StringComparer.Ordinal));
        _roster.Remove("u");
        Assert.Equal([A], _roster.Gangs);
    }

    [Fact]
    public void PodsOf_SeveralPods_AreInOrderOfName()
    {
        foreach (var name in (string[])["w-2", "w-10", "w-0"]) _roster.Upsert(Gated with { Name = name, Uid = $"uid-{name}" });

        Assert.Equal(["w-0", "w-10", "w-2"], _roster.PodsOf(A).Select(p => p.Name));
        Assert.Empty(_roster.PodsOf(B));
    }

    [Fact]
    public void Changed_WhateverHappens_IsTold()
    {
        var told = 0;
        _roster.Changed += () => told++;
        var steps = new Action[] { () => _roster.Upsert(Gated), () => _roster.Learn(Released), () => _roster.Replace([Released]), () => _roster.Remove("u"), _roster.Wake, _roster.TouchAll };
        foreach (var (i, step) in steps.Index())
        {
            step();
            Assert.Equal(i + 1, told);
        }
    }

    [Fact]
    public void TouchAll_ForSomebodyWhoBeginsToLook_NamesEveryGang()
    {
        _roster.Upsert(Gated);
        _roster.Upsert(Gated with { Uid = "v", Gang = B });
        _roster.TakeChanged();
        Assert.Empty(_roster.TakeChanged());

        _roster.TouchAll();

        Assert.Equal([A, B], _roster.TakeChanged().OrderBy(g => g.Name, StringComparer.Ordinal));
    }

    // However events, answers and lists are mixed, a pod ends where the latest of them says, and every change of it is told of.
    [Fact]
    public void Roster_RandomEvents_NeverGoesBack()
    {
        var late = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var roster = new GangRoster();
            var known = new Dictionary<string, GangPod>();
            for (var step = 0; step < 60; step++)
            {
                var uid = $"u{random.Next(4)}";
                GangPod[] stages = [Gated, Released, Bound];
                var pod = stages[random.Next(3)] with { Uid = uid, Name = uid, Terminating = random.Next(6) == 0, Gang = random.Next(2) == 0 ? A : B };
                var before = known.GetValueOrDefault(uid);
                switch (random.Next(5))
                {
                    case 0:
                        roster.Remove(uid);
                        known.Remove(uid);
                        break;
                    case 1:
                        roster.Learn(pod);
                        if (before is not null && IsNews(before, pod)) known[uid] = pod;
                        break;
                    default:
                        roster.Upsert(pod);
                        if (IsNews(before, pod)) known[uid] = pod;
                        else late++;
                        break;
                }

                var changed = roster.TakeChanged();
                if (known.GetValueOrDefault(uid) != before)
                {
                    Assert.All(new[] { before, known.GetValueOrDefault(uid) }.OfType<GangPod>(), p => Assert.Contains(p.Gang, changed));
                }

                Assert.Equal(known.Values.Select(p => p.Gang).ToHashSet(), roster.Gangs.ToHashSet());
                foreach (var gang in (GangKey[])[A, B])
                {
                    Assert.Equal(known.Values.Where(p => p.Gang == gang).OrderBy(p => p.Name, StringComparer.Ordinal), roster.PodsOf(gang));
                }
            }
        }

        Assert.True(late > 1_000, $"only {late} late events");

        static int Rank(GangPod pod) => pod.NodeName is not null ? 2 : pod.Gated ? 0 : 1;
        static bool IsNews(GangPod? before, GangPod pod) => before is null || (Rank(pod) >= Rank(before) && (pod.Terminating || !before.Terminating));
    }
}
