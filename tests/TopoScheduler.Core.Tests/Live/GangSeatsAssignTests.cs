using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>Several pods of one gang at once: as if one after the other, but nobody takes what another has claimed or says it is.</summary>
public sealed class GangSeatsAssignTests
{
    // Members 0 to 2 are workers, 3 to 4 are readers.
    private static readonly Gang Mixed = GangBuilder.Mixed().Role("worker", 3, 8).Role("reader", 2, 1).Build();

    [Fact]
    public void Assign_NobodyThere_IsInOrderByRole() =>
        Assert.Equal("a=0 b=3 c=1 d=4 e=2", Text(GangSeats.Assign(Mixed, [new("a", null, 0), new("b", null, 1), new("c", null, 0), new("d", null, 1), new("e", null, 0)], null, [])));

    // Who comes first in the list does not take what a later one has claimed or says it is.
    [Fact]
    public void Assign_LaterOnesHaveClaimsAndStatements_TakesWhatIsLeft()
    {
        var standing = Held((0, "c"), (2, ""));

        Assert.Equal("a=2 b=1 c=0", Text(GangSeats.Assign(Mixed, [new("a", null, 0), new("b", 1, 0), new("c", null, 0)], standing, [])));
        Assert.Equal("a=2 b=1 c=0", Text(GangSeats.Assign(Mixed, [new("a", 0, 0), new("b", 1, 0), new("c", 1, 0)], standing, [])));
    }

    [Fact]
    public void Assign_TwoSayTheyAreOneMember_TheFirstIs() =>
        Assert.Equal("a=1 b=0", Text(GangSeats.Assign(Mixed, [new("a", 1, 0), new("b", 1, 0)], null, [])));

    [Fact]
    public void Assign_ClaimOfAPodThatIsNotAsking_IsTaken() =>
        Assert.Equal("a=2", Text(GangSeats.Assign(Mixed, [new("a", 0, 0), new("b", null, 0)], Held((0, "other")), [1])));

    [Fact]
    public void Assign_MoreThanSeats_LeavesTheLastOut() =>
        Assert.Equal("a=3 b=4 d=0", Text(GangSeats.Assign(Mixed, [new("a", null, 1), new("b", 9, 1), new("c", null, 1), new("d", int.MaxValue, 0)], null, [])));

    [Fact]
    public void Assign_RandomStates_KeepsEveryPromise()
    {
        var (claimed, stated, seated, unseated) = (0, 0, 0, 0);
        for (var seed = 0; seed < 4_000; seed++)
        {
            var world = new SeatWorld(seed);
            var claims = (world.Standing?.Holds ?? []).Where(h => h.Pod.Uid.Length > 0).ToDictionary(h => h.Pod.Uid, h => h.Member);
            var pods = claims.Keys.Where(_ => world.Random.Next(2) == 0).Select(uid => new SeatRequest(uid, world.AnyStatement(), world.AnyRole()))
                .Concat(Enumerable.Range(0, world.Random.Next(world.Gang.Size + 3)).Select(i => new SeatRequest($"asks-{i}", world.AnyStatement(), world.AnyRole()))).ToArray();
            world.Random.Shuffle(pods);
            var occupied = world.Bound.Select(p => p.Member).OfType<int>().ToHashSet();

            var seats = GangSeats.Assign(world.Gang, pods, world.Standing, occupied);

            var others = occupied.Concat(claims.Where(c => pods.All(p => p.Uid != c.Key)).Select(c => c.Value)).ToHashSet();
            Assert.True(seats.Values.Distinct().Count() == seats.Count, $"seed {seed}: a seat is given twice");
            Assert.True(seats.Values.All(m => m >= 0 && m < world.Gang.Size && (!others.Contains(m))), $"seed {seed}: a seat of another pod is given");
            Assert.True(seats.Keys.All(uid => pods.Any(p => p.Uid == uid)), $"seed {seed}: a pod has a seat that did not ask");
            var byRole = new List<(SeatRequest Pod, int Seat)>();
            foreach (var (i, pod) in pods.Index())
            {
                if (claims.TryGetValue(pod.Uid, out var claim))
                {
                    claimed++;
                    Assert.True(seats[pod.Uid] == claim, $"seed {seed}: {pod.Uid} loses its claim");
                }
                else if (pod.Stated is { } says && says < world.Gang.Size && !others.Contains(says) && !claims.ContainsValue(says)
                    && !pods.Take(i).Any(p => p.Stated == says && !claims.ContainsKey(p.Uid)))
                {
                    stated++;
                    Assert.True(seats[pod.Uid] == says, $"seed {seed}: {pod.Uid} is not the {says} it says");
                }
                else if (seats.TryGetValue(pod.Uid, out var seat))
                {
                    seated++;
                    Assert.Contains(seat, world.SeatsOf(pod.Role));
                    byRole.Add((pod, seat));
                }
                else
                {
                    unseated++;
                    Assert.True(world.SeatsOf(pod.Role).All(m => others.Contains(m) || seats.ContainsValue(m)), $"seed {seed}: {pod.Uid} has no seat though one is open");
                }
            }

            // Seats with a hold come before those for which room must be found, and pods in their order.
            foreach (var role in byRole.GroupBy(s => s.Pod.Role))
            {
                int[] got = [.. role.Select(s => s.Seat)];
                Assert.Equal(got.OrderBy(m => world.IsHeld(m) ? 0 : 1).ThenBy(m => m), got);
                if (got.Any(m => !world.IsHeld(m))) Assert.DoesNotContain(world.SeatsOf(role.Key), m => world.IsHeld(m) && !others.Contains(m) && !seats.ContainsValue(m));
            }
        }

        Assert.True(claimed > 500 && stated > 500 && seated > 500 && unseated > 500, $"{claimed} claimed, {stated} stated, {seated} by role, {unseated} without a seat");
    }

    // What was assigned and claimed is assigned again, whoever has come or gone.
    [Fact]
    public void Assign_AfterTheyHaveClaimed_IsTheSame()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var world = new SeatWorld(seed);
            var pods = Enumerable.Range(0, world.Gang.Size).Select(i => new SeatRequest($"asks-{i}", world.AnyStatement(), world.AnyRole())).ToArray();
            var occupied = world.Bound.Select(p => p.Member).OfType<int>().ToArray();
            var first = GangSeats.Assign(world.Gang, pods, world.Standing, occupied);
            foreach (var (uid, seat) in first) world.Claim(seat, uid);
            var later = pods.Append(new("new", world.AnyStatement(), world.AnyRole())).Where((_, i) => i != seed % pods.Length).ToArray();
            world.Random.Shuffle(later);

            var second = GangSeats.Assign(world.Gang, later, world.Standing, occupied);

            Assert.All(later.Where(p => first.ContainsKey(p.Uid)), p => Assert.Equal(first[p.Uid], second[p.Uid]));
        }
    }

    private static Reservation Held(params (int Member, string Uid)[] holds) => new(Mixed, [.. holds.Select(h => SeatWorld.Hold(Mixed, h.Member, h.Uid))], null, default);

    private static string Text(Dictionary<string, int> seats) => string.Join(' ', seats.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"));
}
