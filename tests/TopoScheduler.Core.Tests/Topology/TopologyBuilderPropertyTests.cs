using FsCheck;
using FsCheck.Fluent;
using TopoScheduler.Core.Topology;

namespace TopoScheduler.Core.Tests.Topology;

/// <summary>What must hold for any labels, however contradictory.</summary>
public sealed class TopologyBuilderPropertyTests
{
    private static readonly Gen<KeyValuePair<string, NodeLocation>[]> Nodes =
        from count in Gen.Choose(0, 40)
        from scope in Gen.Choose(0, 2)
        from nodes in Gen.ListOf(
            from depth in Gen.Choose(0, 4)
            from ids in Gen.ArrayOf(Gen.Choose(-1, 3), depth)
            from nvLink in Gen.Choose(-2, 4)
            from own in Gen.Choose(0, 1)
            select new NodeLocation(
                "p", [.. ids.Select((id, t) => id < 0 ? null : $"{"lscx"[t]}{id}")], (IdScope)(scope == 2 ? own : scope), nvLink < 0 ? null : $"nv{nvLink}"), count)
        select nodes.Select((at, i) => KeyValuePair.Create($"n{i:00}", at)).ToArray();

    [Fact]
    public void Build_AnyOrder_IsTheSame() => Prop.ForAll(Arb.From(Nodes), Arb.From(Gen.Choose(1, 1000)), (nodes, seed) =>
    {
        var shuffled = nodes.Select((n, i) => (Node: n, Key: (i + seed) * 7_919 % 101)).OrderBy(n => n.Key).Select(n => n.Node).Reverse().ToArray();
        return Describe(TopologyBuilder.Build(nodes)) == Describe(TopologyBuilder.Build(shuffled));
    }).HoldsFromAFixedSeed();

    [Fact]
    public void Build_AnyLabels_DomainsPartitionTheNodesIntoNestedRanges() => Prop.ForAll(Arb.From(Nodes), nodes =>
    {
        var topology = TopologyBuilder.Build(nodes);
        Assert.Equal(nodes.Length, topology.NodeNames.Distinct().Count());
        for (var t = 0; t < topology.FabricTiers; t++)
        {
            Assert.Equal(nodes.Length, topology.Domains(t).Sum(d => d.NodeCount));
            Assert.All(topology.Domains(t), d => Assert.All(
                Enumerable.Range(d.FirstNode, d.NodeCount),
                n => Assert.Equal((d.Index, d.Parent), (topology.DomainOf(n, t), t + 1 < topology.FabricTiers ? topology.DomainOf(n, t + 1) : -1))));
        }

        var inNvLink = topology.NvLinkDomains.SelectMany(d => d.Nodes).Order().ToArray();
        return inNvLink.SequenceEqual(Enumerable.Range(0, nodes.Length))
            && topology.NvLinkDomains.All(d => d.Nodes.SequenceEqual(d.Nodes.Order()) && d.Nodes.All(n => topology.NvLinkDomainOf(n) == d.Index));
    }).HoldsFromAFixedSeed();

    [Fact]
    public void Build_UniqueIds_AFullyLabelledIdIsOneDomain() => Prop.ForAll(Arb.From(Nodes), nodes =>
    {
        var unique = nodes.Where(n => n.Value.Fabric.Length == 4 && n.Value.Fabric.All(id => id is not null))
            .Select(n => KeyValuePair.Create(n.Key, n.Value with { Scope = IdScope.Unique })).ToArray();
        var topology = TopologyBuilder.Build(unique);
        return Enumerable.Range(0, topology.FabricTiers).All(t => topology.Domains(t).Select(d => d.Name).Distinct().Count() == topology.Domains(t).Length);
    }).HoldsFromAFixedSeed();

    [Fact]
    public void Build_PathIds_TwoNodesShareALeafExactlyWhenTheirWholePathsAreEqualAndUnbroken() => Prop.ForAll(Arb.From(Nodes), nodes =>
    {
        var byPath = nodes.Select(n => KeyValuePair.Create(n.Key, n.Value with { Scope = IdScope.Path })).ToArray();
        var topology = TopologyBuilder.Build(byPath);
        if (topology.FabricTiers == 0)
        {
            return true;
        }

        var at = byPath.ToDictionary(n => n.Key, n => string.Join('/', n.Value.Fabric.Reverse().SkipWhile(id => id is null).Select(id => id ?? "gap " + n.Key)));
        var labelled = Enumerable.Range(0, byPath.Length).Where(n => topology.Domains(0)[topology.DomainOf(n, 0)].Name != "?").ToList();
        return labelled.All(a => labelled.All(b =>
            (topology.DomainOf(a, 0) == topology.DomainOf(b, 0)) == (at[topology.NodeNames[a]] == at[topology.NodeNames[b]])));
    }).HoldsFromAFixedSeed();

    private static string Describe(ClusterTopology topology) => string.Join('\n', [
        .. topology.NodeNames,
        .. Enumerable.Range(0, topology.FabricTiers).SelectMany(t => topology.Domains(t)).Select(d => d.ToString()),
        .. topology.NvLinkDomains.Select(d => $"{d.Name}: {string.Join(',', d.Nodes)}"),
        .. topology.Problems.Select(p => p.ToString())]);
}
