using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Mapping.Ranks;
using TopoScheduler.Testing.Builders;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class RankMapTests
{
    private const int MebibyteOfData = 1 << 20;
    private static readonly string[] Dimensions = ["tp", "cp", "pp", "dp"];

    private static readonly ClusterSnapshot Cluster =
        ClusterBuilder.Spines(2).Cores(1).Leaves(1).NodesPerLeaf(2).GpusPerNode(2).NvLinkDomains(2).Racks(2, 50_000).Build();

    [Fact]
    public void Of_LauncherAndWorkers_IsTheGoldenText()
    {
        var gang = GangBuilder.Mixed().Role("launcher", 1, 0).Role("worker", 3, 2).Named("llama").Parallelism(new("tp", 2), new("pp", 3)).Build();
        PlacedMember[] placed = [new(3, "llama-worker-2", "n0003"), new(0, "llama-launcher-0", "n0000"), new(1, "llama-worker-0", "n0000", "worker-0.llama"), new(2, "llama-worker-1", "n0001")];

        var data = RankMap.Of(gang, placed, Cluster).Data;

        Assert.Equal(["groups.json", "hostfile", "ranks.json"], data.Keys);
        Assert.Equal(
            """
            {"apiVersion":"toposcheduler.io/v1","gang":"job/ml/llama","size":4,"placed":4,"gpus":6,"ranks":[
            {"rank":0,"member":1,"pod":"llama-worker-0","node":"n0000","localGpu":0,"nvlinkDomain":"nvl0000","rack":"r0000","path":["c00","s000","l0000"]},
            {"rank":1,"member":1,"pod":"llama-worker-0","node":"n0000","localGpu":1,"nvlinkDomain":"nvl0000","rack":"r0000","path":["c00","s000","l0000"]},
            {"rank":2,"member":2,"pod":"llama-worker-1","node":"n0001","localGpu":0,"nvlinkDomain":"nvl0000","rack":"r0000","path":["c00","s000","l0000"]},
            {"rank":3,"member":2,"pod":"llama-worker-1","node":"n0001","localGpu":1,"nvlinkDomain":"nvl0000","rack":"r0000","path":["c00","s000","l0000"]},
            {"rank":4,"member":3,"pod":"llama-worker-2","node":"n0003","localGpu":0,"nvlinkDomain":"nvl0001","rack":"r0001","path":["c00","s001","l0001"]},
            {"rank":5,"member":3,"pod":"llama-worker-2","node":"n0003","localGpu":1,"nvlinkDomain":"nvl0001","rack":"r0001","path":["c00","s001","l0001"]}
            ]}

            """,
            data[RankMap.RanksKey]);
        Assert.Equal("worker-0.llama slots=2\nllama-worker-1 slots=2\nllama-worker-2 slots=2\n", data[RankMap.HostFileKey]);
        Assert.Equal(
            """
            {"apiVersion":"toposcheduler.io/v1","gang":"job/ml/llama","size":4,"placed":4,"gpus":6,"dimensions":[
            {"name":"tp","degree":2,"stride":1,"groups":[[0,1],[2,3],[4,5]]},
            {"name":"pp","degree":3,"stride":2,"groups":[[0,2,4],[1,3,5]]}
            ]}

            """,
            data[RankMap.GroupsKey]);
    }

    [Fact]
    public void Of_MemberLeftOut_TheOthersKeepTheirRanks()
    {
        var gang = GangBuilder.Members(4).GpusPerPod(2).Parallelism(new("tp", 4), new("dp", 2)).Build();

        var data = RankMap.Of(gang, [new(0, "a", "n0000"), new(2, "c", "n0001"), new(9, "x", "n0001")], Cluster).Data;

        Assert.Equal([0, 1, 4, 5], RanksOf(data[RankMap.RanksKey]));
        Assert.Equal("a slots=2\nc slots=2\n", data[RankMap.HostFileKey]);
        Assert.Equal("[[0,1],[4,5]]", JsonNode.Parse(data[RankMap.GroupsKey])!["dimensions"]![0]!["groups"]!.ToJsonString());
        Assert.Equal("[[0,4],[1,5]]", JsonNode.Parse(data[RankMap.GroupsKey])!["dimensions"]![1]!["groups"]!.ToJsonString());
    }

    [Fact]
    public void Of_NoParallelism_HasNoGroups() =>
        Assert.Equal(["hostfile", "ranks.json"], RankMap.Of(GangBuilder.Members(1).Build(), [new(0, "a", "n0000")], Cluster).Data.Keys);

    [Fact]
    public void Of_NodeThatIsGone_HasNoCoordinates()
    {
        var row = JsonNode.Parse(RankMap.Of(GangBuilder.Members(1).GpusPerPod(1).Build(), [new(0, "a", "gone")], Cluster).Data[RankMap.RanksKey])!["ranks"]![0]!;

        Assert.Equal("""{"rank":0,"member":0,"pod":"a","node":"gone","localGpu":0}""", row.ToJsonString());
    }

    // Whatever the gang and whoever is placed: every rank has one row, the host file has its GPUs, and in each dimension it is in exactly one group.
    [Fact]
    public void Of_RandomGangs_EveryRankIsInExactlyOneGroupPerDimension()
    {
        var random = new Random(20_261_126);
        for (var run = 0; run < 300; run++)
        {
            var gang = RandomGang(random);
            var placed = Enumerable.Range(0, gang.Size).Where(_ => random.Next(4) > 0).Select(m => new PlacedMember(m, $"p-{m}", ClusterBuilder.NameOf(random.Next(4)))).ToList();
            var shuffled = placed.ToArray();
            random.Shuffle(shuffled);

            var data = RankMap.Of(gang, shuffled, Cluster).Data;

            var expected = NaiveRanks(gang).Where(r => placed.Any(p => p.Member == r.Member)).Select(r => r.Rank).ToList();
            Assert.Equal(expected, RanksOf(data[RankMap.RanksKey]));
            Assert.Equal(expected.Count, data[RankMap.HostFileKey].Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(l => int.Parse(l.Split("slots=")[1])));
            var dimensions = JsonNode.Parse(data[RankMap.GroupsKey])!["dimensions"]!.AsArray();
            Assert.Equal(gang.Hints.Parallelism.Select(d => d.Name), dimensions.Select(d => (string)d!["name"]!));
            foreach (var (dimension, hint) in dimensions.Zip(gang.Hints.Parallelism))
            {
                var groups = dimension!["groups"]!.AsArray().Select(g => g!.AsArray().Select(r => (int)r!).ToList()).ToList();
                Assert.Equal(expected, groups.SelectMany(g => g).Order());
                Assert.All(groups, g => Assert.InRange(g.Count, 1, hint.Degree));
            }

            // Two ranks are in one group of at most one dimension.
            var pairs = dimensions.SelectMany(d => d!["groups"]!.AsArray().SelectMany(g => Pairs([.. g!.AsArray().Select(r => (int)r!)]))).ToList();
            Assert.Equal(pairs.Count, pairs.Distinct().Count());
        }
    }

    [Theory]
    [InlineData(512, 8, "", true)]
    [InlineData(513, 8, "localGpu,nvlinkDomain,rack,path", true)]
    [InlineData(8192, 8, "localGpu,nvlinkDomain,rack,path", false)]
    public void Of_LargeGang_StaysWithinAConfigMapAndSaysWhatItLeavesOut(int members, int gpus, string leftOut, bool groupsListed)
    {
        var gang = GangBuilder.Members(members).GpusPerPod(gpus).Named("pretrain").Parallelism(new("tp", gpus), new("pp", 1), new("dp", members)).Build();
        var placed = Enumerable.Range(0, members).Select(m => new PlacedMember(m, $"pretrain-worker-{m}", ClusterBuilder.NameOf(m % 4))).ToList();

        var data = RankMap.Of(gang, placed, Cluster).Data;

        Assert.InRange(data.Sum(d => Encoding.UTF8.GetByteCount(d.Key) + Encoding.UTF8.GetByteCount(d.Value)), 1, MebibyteOfData);
        Assert.Equal(leftOut, string.Join(',', JsonNode.Parse(data[RankMap.RanksKey])!["leftOut"]?.AsArray().Select(p => (string)p!) ?? []));
        Assert.Equal(members, data[RankMap.HostFileKey].Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var groups = JsonNode.Parse(data[RankMap.GroupsKey])!;
        Assert.Equal(groupsListed ? null : """["groups"]""", groups["leftOut"]?.ToJsonString());
        Assert.Equal((8, 8), ((int)groups["dimensions"]![2]!["stride"]!, (int)groups["dimensions"]![0]!["degree"]!));
        if (leftOut.Length > 0)
        {
            var last = JsonNode.Parse(data[RankMap.RanksKey])!["members"]![members - 1]!;
            Assert.Equal(((members - 1) * gpus, gpus, $"pretrain-worker-{members - 1}"), ((int)last["firstRank"]!, (int)last["gpus"]!, (string?)last["pod"]));
        }
    }

    // Names as long as Kubernetes allows: it still fits.
    [Theory]
    [InlineData(1200, true, true)]
    [InlineData(3000, false, true)]
    [InlineData(8192, false, false)]
    public void Of_LongestNames_FitsWhateverIsLeftOut(int members, bool withMembers, bool withHosts)
    {
        var gang = GangBuilder.Members(members).GpusPerPod(8).Named("g").Build();
        var placed = Enumerable.Range(0, members).Select(m => new PlacedMember(m, $"{m:D253}", $"{m:D253}")).ToList();

        var data = RankMap.Of(gang, placed, Cluster).Data;

        Assert.InRange(data.Sum(d => Encoding.UTF8.GetByteCount(d.Key) + Encoding.UTF8.GetByteCount(d.Value)), 1, MebibyteOfData);
        var ranks = JsonNode.Parse(data[RankMap.RanksKey])!;
        Assert.Equal(withMembers ? members : 0, ranks["members"]!.AsArray().Count);
        Assert.Equal(!withMembers, ranks["leftOut"]!.AsArray().Any(p => (string?)p == "members"));
        Assert.Equal(withHosts, data.ContainsKey(RankMap.HostFileKey));
        Assert.Equal(!withHosts, ranks["leftOut"]!.AsArray().Any(p => (string?)p == RankMap.HostFileKey));
    }

    [Fact]
    public void ConfigMap_OfAPlacement_IsOwnedByItAndFoundByItsLabel()
    {
        var map = RankMap.Of(GangBuilder.Members(1).Build(), [new(0, "a", "n0000")], Cluster);
        var owner = new OwnerReference("toposcheduler.io/v1alpha1", "GangPlacement", "ml", "llama", "uid-1");

        var json = JsonNode.Parse(RankConfigMap.ToJson(map, owner).Span)!;

        Assert.Equal(("v1", "ConfigMap"), ((string?)json["apiVersion"], (string?)json["kind"]));
        Assert.Equal(
            """{"name":"llama-ranks","namespace":"ml","labels":{"toposcheduler.io/gang-placement":"llama"},"ownerReferences":[{"apiVersion":"toposcheduler.io/v1alpha1","kind":"GangPlacement","name":"llama","uid":"uid-1","controller":true}]}""",
            json["metadata"]!.ToJsonString());
        Assert.Equal(map.Data[RankMap.RanksKey], (string?)json["data"]![RankMap.RanksKey]);
        Assert.Equal(map.Data[RankMap.HostFileKey], (string?)json["data"]![RankMap.HostFileKey]);
    }

    [Fact]
    public void ConfigMap_LongName_HasALabelKubernetesTakes()
    {
        var name = new string('a', 62) + ".-b";
        var json = JsonNode.Parse(RankConfigMap.ToJson(RankMap.Of(GangBuilder.Members(1).Build(), [], Cluster), new("v", "K", "ml", name, "u")).Span)!;

        Assert.Equal(new string('a', 62), (string?)json["metadata"]!["labels"]!["toposcheduler.io/gang-placement"]);
    }

    [Fact]
    public void Annotations_Member_AgreeWithTheMap()
    {
        var gang = GangBuilder.Mixed().Role("launcher", 1, 0).Role("worker", 3, 2).Build();

        Assert.Equal(
            [("toposcheduler.io/coordinates", "c00/s001/l0001"), ("toposcheduler.io/gpu-power-cap-watts", "560"), ("toposcheduler.io/placement", "2/4"), ("toposcheduler.io/rank", "2")],
            PlacementAnnotations.Of(gang, 2, "n0003", Cluster, 560).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Value)));
        Assert.Equal(["toposcheduler.io/placement"], PlacementAnnotations.Of(gang, 0, "gone", Cluster, null).Keys);
    }

    private static List<int> RanksOf(string ranks) => [.. JsonNode.Parse(ranks)!["ranks"]!.AsArray().Select(r => (int)r!["rank"]!)];

    private static IEnumerable<(int A, int B)> Pairs(int[] group) => group.SelectMany((a, i) => group[(i + 1)..].Select(b => (a, b)));

    private static List<(int Rank, int Member)> NaiveRanks(Gang gang)
    {
        var members = gang.Roles.SelectMany(r => Enumerable.Repeat(r.Template.Gpus, r.Count)).Select((gpus, member) => (gpus, member));
        return [.. members.SelectMany(m => Enumerable.Repeat(m.member, m.gpus)).Select((member, rank) => (rank, member))];
    }

    private static Gang RandomGang(Random random)
    {
        var builder = GangBuilder.Mixed();
        for (var r = random.Next(1, 4); r > 0; r--) builder.Role($"r{r}", random.Next(1, 7), random.Next(0, 5));
        var gang = builder.Build();

        // Any product, also one that is not the number of GPUs: nothing may break for it.
        return gang with { Hints = gang.Hints with { Parallelism = [.. Dimensions[..random.Next(1, 5)].Select(d => new ParallelDimension(d, random.Next(1, 5)))] } };
    }
}
