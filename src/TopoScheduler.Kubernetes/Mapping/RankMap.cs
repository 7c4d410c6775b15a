using System.Collections.Immutable;
using System.Text;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping.Ranks;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>
/// What a job is told of its placement, as the data of a ConfigMap: which rank is where, a host file, and the groups of ranks that talk to each other. A
/// ConfigMap holds at most 1 MiB: a large gang's map says less, and says what it leaves out.
/// </summary>
public sealed class RankMap
{
    /// <summary>Key of the ranks.</summary>
    public const string RanksKey = "ranks.json";

    /// <summary>Key of the host file.</summary>
    public const string HostFileKey = "hostfile";

    /// <summary>Key of the parallel groups.</summary>
    public const string GroupsKey = "groups.json";

    /// <summary>Most ranks that are told one by one, with the coordinates of their nodes.</summary>
    public const int MostListedRanks = 4096;

    /// <summary>Most bytes of the data: what a ConfigMap may hold, less its keys and some air.</summary>
    internal const int MostBytes = (1 << 20) - (16 << 10);

    private static readonly string[] Coordinates = ["localGpu", "nvlinkDomain", "rack", "path"];

    private RankMap(ImmutableSortedDictionary<string, string> data) => Data = data;

    /// <summary>The data by key.</summary>
    public ImmutableSortedDictionary<string, string> Data { get; }

    /// <summary>Makes the map. Members that are not placed are left out; ranks keep their numbers.</summary>
    /// <param name="gang">The gang.</param>
    /// <param name="placed">Its placed members, in any order; of two for one member the first counts.</param>
    /// <param name="cluster">Where the nodes are.</param>
    public static RankMap Of(Gang gang, IEnumerable<PlacedMember> placed, ClusterSnapshot cluster)
    {
        var members = placed.Where(m => m.Member >= 0 && m.Member < gang.Size).DistinctBy(m => m.Member).OrderBy(m => m.Member).ToList();
        var texts = new RankTexts(gang, members);
        var hosts = texts.HostFile();
        var groups = texts.Groups(listed: true);
        var ranks = texts.Ranks.Count() <= MostListedRanks ? texts.EveryRank(cluster) : null;

        // From the most that can be told to the least: coordinates go first, then groups, which can be computed, then members, at last the host file.
        if (ranks is null || Bytes(ranks, hosts, groups) > MostBytes) ranks = texts.EveryMember(Coordinates);
        if (Bytes(ranks, hosts, groups) > MostBytes) groups = texts.Groups(listed: false);
        if (Bytes(ranks, hosts, groups) > MostBytes) ranks = texts.Counts([.. Coordinates, "members"]);
        if (Bytes(ranks, hosts, groups) > MostBytes) (ranks, hosts) = (texts.Counts([.. Coordinates, "members", HostFileKey]), null);
        return new(Of([(RanksKey, ranks), (HostFileKey, hosts), (GroupsKey, groups)]));
    }

    private static int Bytes(params string?[] texts) => texts.Sum(t => t is null ? 0 : Encoding.UTF8.GetByteCount(t));

    private static ImmutableSortedDictionary<string, string> Of((string Key, string? Text)[] files) =>
        files.Where(f => f.Text is not null).ToImmutableSortedDictionary(f => f.Key, f => f.Text!, StringComparer.Ordinal);
}
