using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>Which member a pod becomes: every pod another one, of its role, whatever is held or bound already.</summary>
public sealed class GangSeatsTests
{
    // Members 0 to 2 are workers, 3 to 4 are readers.
    private static readonly Gang Mixed = GangBuilder.Mixed().Role("worker", 3, 8).Role("reader", 2, 1).Build();

    [Fact]
    public void Choose_NobodyThere_IsTheFirstOfItsRole()
    {
        Assert.Equal(0, GangSeats.Choose(Mixed, "u", null, 0, null, []));
        Assert.Equal(3, GangSeats.Choose(Mixed, "u", null, 1, null, []));
    }

    [Fact]
    public void Choose_HasClaimedBefore_IsThatMemberWhateverItSays()
    {
        var standing = Held(Mixed, (1, "u"), (2, ""));

        Assert.Equal(1, GangSeats.Choose(Mixed, "u", 2, 0, standing, []));
        Assert.Equal(1, GangSeats.Choose(Mixed, "u", null, 1, standing, [Bound(Mixed, 1)]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 0)]
    [InlineData(int.MaxValue, 0)]
    public void Choose_SaysWhoItIs_IsThatMemberOfTheGang(int stated, int expected) =>
        Assert.Equal(expected, GangSeats.Choose(Mixed, "u", stated, 0, null, []));

    [Fact]
    public void Choose_SaysItIsAHeldMember_IsThatMemberAndNotTheFirstHeld() =>
        Assert.Equal(2, GangSeats.Choose(Mixed, "u", 2, 0, Held(Mixed, (0, ""), (1, ""), (2, "")), []));

    [Fact]
    public void Choose_SaysItIsAnotherPodsMember_IsTheNextThatHasNone()
    {
        Assert.Equal(0, GangSeats.Choose(Mixed, "u", 1, 0, Held(Mixed, (1, "other")), []));
        Assert.Equal(0, GangSeats.Choose(Mixed, "u", 1, 0, null, [Bound(Mixed, 1)]));
        Assert.Equal(2, GangSeats.Choose(Mixed, "u", 1, 0, Held(Mixed, (1, "other")), [Bound(Mixed, 0)]));
    }

    [Fact]
    public void Choose_SomeSeatsHeld_TakesThoseFirst()
    {
        Assert.Equal(2, GangSeats.Choose(Mixed, "u", null, 0, Held(Mixed, (2, "")), []));
        Assert.Equal(2, GangSeats.Choose(Mixed, "u", null, 0, Held(Mixed, (1, "other"), (2, "")), []));
        // A hold of another role is not its own.
        Assert.Equal(0, GangSeats.Choose(Mixed, "u", null, 0, Held(Mixed, (3, "")), []));
    }

    [Fact]
    public void Choose_EveryMemberOfItsRoleHasAPod_IsNull()
    {
        Assert.Null(GangSeats.Choose(Mixed, "u", null, 1, Held(Mixed, (3, "other")), [Bound(Mixed, 4)]));
        Assert.Null(GangSeats.Choose(Mixed, "u", 4, 1, Held(Mixed, (3, "other")), [Bound(Mixed, 4)]));
        Assert.NotNull(GangSeats.Choose(Mixed, "u", null, 0, Held(Mixed, (3, "other")), [Bound(Mixed, 4)]));
    }

    [Fact]
    public void Choose_BoundPodsThatDoNotSayWhoTheyAre_HaveOneSeatEach()
    {
        ImmutableArray<PodInfo> unnamed = [Unnamed(Mixed, 0, "a"), Unnamed(Mixed, 0, "b")];

        Assert.Equal(2, GangSeats.Choose(Mixed, "u", null, 0, null, unnamed));
        Assert.Null(GangSeats.Choose(Mixed, "u", null, 0, null, unnamed.Add(Unnamed(Mixed, 0, "c"))));
        Assert.Null(GangSeats.Choose(Mixed, "u", null, 0, Held(Mixed, (2, "other")), unnamed));
        // As many GPUs tell the role: workers take no reader's seat.
        Assert.Equal(3, GangSeats.Choose(Mixed, "u", null, 1, null, unnamed));
    }

    [Fact]
    public void Choose_UnnamedBoundPodsAndHeldSeats_LeaveTheHeldOnesToPods()
    {
        var standing = Held(Mixed, (0, ""), (2, ""));

        Assert.Equal(0, GangSeats.Choose(Mixed, "u", null, 0, standing, [Unnamed(Mixed, 0, "a")]));
        Assert.Equal(2, GangSeats.Choose(Mixed, "u", null, 0, Held(Mixed, (0, "other"), (2, "")), [Unnamed(Mixed, 0, "a")]));
        Assert.Null(GangSeats.Choose(Mixed, "u", null, 0, Held(Mixed, (0, "other"), (2, "another")), [Unnamed(Mixed, 0, "a")]));
    }

    // Two roles that ask for as many GPUs: the unnamed pods of one must not count against both.
    [Fact]
    public void Choose_RolesThatAskAlike_CountUnnamedPodsOnce()
    {
        var alike = GangBuilder.Mixed().Role("master", 2, 8).Role("worker", 2, 8).Build();
        ImmutableArray<PodInfo> unnamed = [Unnamed(alike, 0, "a"), Unnamed(alike, 0, "b")];

        Assert.Null(GangSeats.Choose(alike, "u", null, 0, null, unnamed));
        Assert.Equal(2, GangSeats.Choose(alike, "u", null, 1, null, unnamed));
    }

    [Fact]
    public void Choose_RandomStates_KeepsEveryPromise()
    {
        var (full, stated) = (0, 0);
        for (var seed = 0; seed < 4_000; seed++)
        {
            var world = new SeatWorld(seed);
            var (role, says) = (world.AnyRole(), world.AnyStatement());
            var mine = world.Random.Next(4) == 0 ? world.Standing?.Holds.FirstOrDefault(h => h.Pod.Uid.Length > 0) : null;

            var seat = GangSeats.Choose(world.Gang, mine?.Pod.Uid ?? "asks", says, role, world.Standing, world.Bound);

            if (mine is not null)
            {
                Assert.True(seat == mine.Member, $"seed {seed}: {seat} instead of the claimed {mine.Member}");
                continue;
            }

            if (seat is null)
            {
                full++;
                Assert.True(world.IsFull(role), $"seed {seed}: refused though a seat of role {role} is open");
                continue;
            }

            Assert.InRange(seat.Value, 0, world.Gang.Size - 1);
            Assert.False(world.IsTaken(seat.Value), $"seed {seed}: member {seat} has a pod already");
            if (says is { } member && member < world.Gang.Size && !world.IsTaken(member))
            {
                stated++;
                Assert.True(seat == member, $"seed {seed}: {seat} instead of the stated {member}");
            }
            else
            {
                Assert.Contains(seat.Value, world.SeatsOf(role));
                Assert.True(
                    world.IsHeld(seat.Value) || !world.SeatsOf(role).Any(m => world.IsHeld(m) && !world.IsTaken(m)),
                    $"seed {seed}: room is looked for while a held seat is open");
            }
        }

        Assert.True(full > 100 && stated > 100, $"{full} full, {stated} stated");
    }

    [Fact]
    public void Choose_PodsThatComeOneByOne_FillTheGangExactly()
    {
        for (var seed = 0; seed < 1_500; seed++)
        {
            var world = new SeatWorld(seed);
            var open = world.Gang.Size - world.Bound.Length - world.Claimed;
            // As many pods of every role as could ever be there, in any order.
            var roles = Enumerable.Range(0, world.Gang.Roles.Length).SelectMany(r => Enumerable.Repeat(r, world.Gang.Size)).ToArray();
            world.Random.Shuffle(roles);
            var seated = 0;
            foreach (var (i, role) in roles.Index())
            {
                if (GangSeats.Choose(world.Gang, $"pod-{i}", null, role, world.Standing, world.Bound) is not { } seat) continue;
                Assert.Contains(seat, world.SeatsOf(role));
                Assert.False(world.IsTaken(seat), $"seed {seed}: member {seat} has two pods");
                world.Claim(seat, $"pod-{i}");
                Assert.Equal(seat, GangSeats.Choose(world.Gang, $"pod-{i}", null, role, world.Standing, world.Bound));
                seated++;
            }

            Assert.True(seated == open, $"seed {seed}: {seated} pods got a seat, {open} were open");
        }
    }

    private static Reservation Held(Gang gang, params (int Member, string Uid)[] holds) =>
        new(gang, [.. holds.Select(h => SeatWorld.Hold(gang, h.Member, h.Uid))], null, default);

    private static PodInfo Bound(Gang gang, int member) => SeatWorld.Hold(gang, member, $"uid-{member}").Pod;

    private static PodInfo Unnamed(Gang gang, int role, string uid) => new(uid, uid, "n0000", gang.Roles[role].Template, Gang: gang.Key);
}
