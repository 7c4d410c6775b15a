using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Placements;
using TopoScheduler.Testing.Fuzz;

namespace TopoScheduler.Kubernetes.Tests.Placements;

/// <summary>A placement is what a new leader goes on by: it comes back as it was written, and whatever else stands there stops nobody.</summary>
public sealed class GangPlacementJsonTests
{
    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var (crossed, unnamed, empty) = (0, 0, 0);
        for (var seed = 0; seed < 2_000; seed++)
        {
            var placement = RandomPlacements.Draw(seed);
            var plan = placement.Status.Plan;
            AssertSame(placement, RoundTrip(placement), $"seed {seed}");
            if (plan.IsEmpty) empty++;
            if (plan.Any(m => m.Pod.Length == 0) && plan.Any(m => m.Pod.Length > 0)) unnamed++;
            if (plan.Zip(plan.Skip(1), (a, b) => a.Node != b.Node).Count(changes => changes) > plan.DistinctBy(m => m.Node).Count()) crossed++;
        }

        Assert.True(crossed > 200 && unnamed > 200 && empty > 200, $"{crossed} with crossed nodes, {unnamed} with some pods named, {empty} without a plan");
    }

    [Fact]
    public void Read_EverythingSet_IsTheSame() => AssertSame(RandomPlacements.Full, RoundTrip(RandomPlacements.Full), "full");

    // The pods of a node stand in the order of its members, wherever the members of other nodes lie between.
    [Fact]
    public void Write_NodesWithCrossedMembers_PairsEachMemberWithItsPod()
    {
        PlannedMember[] plan = [new(0, "a", "p0"), new(1, "b", "p1"), new(2, "a"), new(3, "b", "p3"), new(5, "a", "p5"), new(6, "a", "p6"), new(7, "c")];
        var placement = RandomPlacements.Full with { Status = new() { Plan = [.. plan] } };

        var slots = JsonNode.Parse(GangPlacementJson.Write(placement).Span)!["status"]!["plan"]!.AsArray();

        Assert.Equal(["a: 0,2,5-6 p0  p5 p6", "b: 1,3 p1 p3", "c: 7 "], slots.Select(s => $"{s!["node"]}: {s["members"]} {string.Join(' ', s["pods"]?.AsArray() ?? [])}"));
        Assert.Equal(plan, RoundTrip(placement)!.Status.Plan);
    }

    [Theory]
    [InlineData("""{"node":"a","members":"0-1","pods":["x","y"]},{"node":"b","members":"1-2","pods":["z","w"]}""", "0@a=x 1@a=y 2@b=w")]
    [InlineData("""{"node":"a","members":"1,0","pods":["x"]}""", "0@a= 1@a=x")]
    [InlineData("""{"node":"a","members":"0","pods":["x","y","z"]}""", "0@a=x")]
    [InlineData("""{"node":"a","members":"0,0,1","pods":["x","y","z"]}""", "0@a=x 1@a=z")]
    [InlineData("""{"node":"a","members":"-1"},{"node":"b","members":"2-1"},{"node":"c","members":"1-2-3"},{"node":"d","members":"4"}""", "4@d=")]
    [InlineData("""{"node":"a","members":"0-99999999"},{"node":"b","members":"99999999999999999999"},{"node":"d","members":"4"}""", "4@d=")]
    [InlineData("""{"node":"a","members":"2147483646-2147483647"},{"node":"d","members":"99999"}""", "99999@d=")]
    [InlineData("""{"node":"","members":"0"},{"members":"1"},{"node":"c"},{"node":"d","members":""}""", "")]
    [InlineData("""{"node":7,"members":5,"pods":[null,{}]},{"node":["x"],"members":"0"},{"node":"n","members":["0"]},null,3,[]""", "5@7=")]
    [InlineData("""{"node":"a","members":"0","pods":{"0":"x"}},{"node":"b","members":"1","pods":"x"},{"node":"b","members":"2","pods":null}""", "0@a= 1@b= 2@b=")]
    public void Read_StrangePlan_TakesWhatItCan(string slots, string expected)
    {
        var read = Read(Json($"\"plan\":[{slots}]"))!;

        Assert.Equal(expected, string.Join(' ', read.Status.Plan.Select(m => $"{m.Member}@{m.Node}={m.Pod}")));
    }

    [Theory]
    [InlineData("\"phase\":\"Happy\"")]
    [InlineData("\"phase\":\"2\"")]
    [InlineData("\"phase\":\"Planned,Bound\"")]
    [InlineData("\"phase\":\"bound\"")]
    [InlineData("\"phase\":[],\"plan\":{},\"bound\":-1,\"tier\":{},\"domain\":[],\"nodes\":\"x\",\"watts\":-5,\"gpuCapWatts\":1.5,\"estimateMs\":\"NaN\",\"startedAt\":7,\"message\":[]")]
    [InlineData("\"bound\":2147483648,\"nodes\":1e3,\"watts\":9223372036854775808,\"gpuCapWatts\":null,\"estimateMs\":1e999,\"startedAt\":\"yesterday\"")]
    [InlineData("\"deadlines\":[{\"what\":\"x\"},{\"at\":3},null,7],\"plan\":null,\"conditions\":null")]
    [InlineData("\"deadlines\":{\"what\":\"x\",\"at\":\"2026-03-01T00:00:00Z\"},\"conditions\":\"x\"")]
    public void Read_ValuesThatAreNone_AreAsGoodAsAbsent(string status)
    {
        var placement = Read(Json(status))!;

        AssertSame(Read(Json(""))!, placement, status);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"metadata":{"name":"p"},"spec":{"gang":{"kind":"Job"}}}""")]
    [InlineData("""{"metadata":{"name":"p"},"spec":{"gang":{"name":"g"}}}""")]
    [InlineData("""{"metadata":{"name":["p"]},"spec":{"gang":{"kind":"Job","name":"g"}}}""")]
    [InlineData("""{"metadata":[],"spec":"x","status":7}""")]
    [InlineData("""[]""")]
    public void Read_SaysNotWhose_IsNull(string json) => Assert.Null(Read(json));

    [Fact]
    public void Read_Damaged_NeverThrows()
    {
        var random = new Random(20_261_101);
        var mutations = new FuzzMutations(random);
        byte[][] valid = [GangPlacementJson.Write(RandomPlacements.Full).ToArray(), .. Enumerable.Range(0, 40).Select(s => GangPlacementJson.Write(RandomPlacements.Draw(s)).ToArray())];
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = mutations.Damage(valid[random.Next(valid.Length)], valid[random.Next(valid.Length)]);
            if (RandomPlacements.TreeOf(bytes) is not { } tree || GangPlacementReader.Read(tree) is not { } placement) continue;
            read++;
            var plan = placement.Status.Plan;
            Assert.True(plan.Length <= HintReader.MostMembers && placement.Gang.Name.Length > 0, Encoding.Latin1.GetString(bytes));
            Assert.True(plan.Zip(plan.Skip(1), (a, b) => a.Member < b.Member).All(rises => rises), Encoding.Latin1.GetString(bytes));
            Assert.All(plan, m => Assert.True(m is { Member: >= 0, Node.Length: > 0 }));
            // What has been read is written and read as any other.
            Assert.Equal(plan.AsEnumerable(), RoundTrip(placement)!.Status.Plan);
        }

        Assert.True(read > 2_000, $"only {read} could be read");
    }

    private static GangPlacement? Read(string json) => GangPlacementReader.Read(RandomPlacements.TreeOf(Encoding.UTF8.GetBytes(json))!);

    private static GangPlacement? RoundTrip(GangPlacement placement) => GangPlacementReader.Read(RandomPlacements.TreeOf(GangPlacementJson.Write(placement))!);

    private static string Json(string status) =>
        "{\"metadata\":{\"name\":\"p\",\"namespace\":\"ml\"},\"spec\":{\"gang\":{\"kind\":\"Job\",\"name\":\"g\"},\"size\":2},\"status\":{" + status + "}}";

    private static void AssertSame(GangPlacement expected, GangPlacement? actual, string when)
    {
        Assert.True(actual is not null, $"{when}: not read");
        Assert.True(expected.Status.Plan.SequenceEqual(actual.Status.Plan), $"{when}: {string.Join(' ', expected.Status.Plan)} became {string.Join(' ', actual.Status.Plan)}");
        Assert.Equal(expected.Status.Deadlines.AsEnumerable(), actual.Status.Deadlines);
        Assert.Equal(expected.Status.Conditions.AsEnumerable(), actual.Status.Conditions);
        var (was, became) = (Bare(expected), Bare(actual));
        Assert.True(was == became, $"{when}: {was} became {became}");
    }

    private static GangPlacement Bare(GangPlacement placement) => placement with { Status = placement.Status with { Plan = [], Deadlines = [], Conditions = [] } };
}
