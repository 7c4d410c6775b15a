using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Core.Tests.Live;

/// <summary>A gang of one to three roles; each of its members is bound by name, bound without saying who it is, claimed, held, or none of these.</summary>
internal sealed class SeatWorld
{
    public SeatWorld(int seed)
    {
        Random = new(seed);
        var builder = GangBuilder.Mixed();
        var count = Random.Next(1, 4);
        // Few amounts of GPUs, so that roles often ask for as many.
        for (var r = 0; r < count; r++) builder.Role($"role-{r}", Random.Next(1, 5), 4 * Random.Next(1, 3));
        Gang = builder.Build();
        var holds = new List<Hold>();
        var bound = new List<PodInfo>();
        var busy = Random.Next(2, 8);
        for (var m = 0; m < Gang.Size; m++)
        {
            var hold = Hold(Gang, m, $"uid-{m}");
            switch (Random.Next(busy))
            {
                case 0: bound.Add(hold.Pod); break;
                case 1: bound.Add(hold.Pod with { Member = null }); break;
                case 2: holds.Add(hold); break;
                case 3: holds.Add(Hold(Gang, m, "")); break;
            }
        }

        Bound = [.. bound];
        Standing = holds.Count == 0 ? null : new(Gang, [.. holds], null, default);
    }

    public Random Random { get; }

    public Gang Gang { get; }

    public ImmutableArray<PodInfo> Bound { get; }

    public Reservation? Standing { get; private set; }

    /// <summary>How many holds have a pod.</summary>
    public int Claimed => Standing?.Holds.Count(h => h.Pod.Uid.Length > 0) ?? 0;

    public static Hold Hold(Gang gang, int member, string uid)
    {
        var first = 0;
        var role = gang.Roles.First(r => (first += r.Count) > member);
        return new(gang.Key, member, new($"pod-{member}", uid, "n0000", role.Template, Gang: gang.Key, Member: member), HoldPhase.Planned);
    }

    public int AnyRole() => Random.Next(Gang.Roles.Length);

    public int? AnyStatement() => Random.Next(2) == 0 ? null : Random.Next(Gang.Size + 2);

    public IEnumerable<int> SeatsOf(int role) => Enumerable.Range(Gang.Roles.Take(role).Sum(r => r.Count), Gang.Roles[role].Count);

    /// <summary>A pod that says so is this member, or has claimed it.</summary>
    public bool IsTaken(int member) => Bound.Any(p => p.Member == member) || Standing?.HoldOf(member)?.Pod.Uid.Length > 0;

    public bool IsHeld(int member) => Standing?.HoldOf(member) is not null;

    /// <summary>The bound pods that do not say who they are could fill what is open of the role.</summary>
    public bool IsFull(int role) =>
        SeatsOf(role).Count(m => !IsTaken(m)) <= Bound.Count(p => p.Member is null && p.Template.Gpus == Gang.Roles[role].Template.Gpus);

    /// <summary>A pod claims a member, as the state has it: its hold, or a new one.</summary>
    public void Claim(int member, string uid)
    {
        var others = Standing?.Holds.RemoveAll(h => h.Member == member) ?? [];
        Standing = new(Gang, [.. others.Add(Hold(Gang, member, uid)).OrderBy(h => h.Member)], null, default);
    }
}
