using System.Text.Json;
using TopoScheduler.Testing.ThirdParty;

namespace TopoScheduler.Cli.Tests.ThirdParty;

/// <summary>Two real InfiniBand fabrics: <c>topology</c> shows the tree they are, <c>doctor</c> finds what is untidy about them.</summary>
public sealed class RealFabricTests
{
    [ThirdPartyFact]
    public void Topology_Ibnetdiscover_IsEightGroupsOf119Hosts()
    {
        var cluster = Run(RailFabric.Ibnetdiscover(), "topology").GetProperty("cluster");
        var fabric = Domains(cluster).Single(d => Text(d, "name") != "?");
        var groups = Domains(fabric).ToList();

        Assert.Equal(119, fabric.GetProperty("nodeCount").GetInt32());
        Assert.Equal(119 * RailFabric.Gpus, fabric.GetProperty("freeGpus").GetInt32());
        Assert.Equal(
            ["01: 10", "02: 11", "03: 18", "04: 17", "05: 18", "06: 15", "07: 16", "08: 14"],
            groups.Select(g => $"{GroupOf(g)}: {g.GetProperty("nodeCount").GetInt32()}").Order(StringComparer.Ordinal));
        Assert.All(groups, g => Assert.All(g.GetProperty("nodes").EnumerateArray(), n => Assert.Contains($"-dgx-{GroupOf(g)}-", Text(n, "name"), StringComparison.Ordinal)));
    }

    [ThirdPartyFact]
    public void Doctor_Ibnetdiscover_FindsAbsentLeafUnequalGroupsAndUnnamedAdapters()
    {
        var findings = Run(RailFabric.Ibnetdiscover(), "doctor").GetProperty("findings").EnumerateArray().ToList();

        // Rail 3 of group 1 has no leaf: its ten hosts reach three leaves of four.
        var health = findings.Single(f => Text(f, "rule") == "link-health");
        Assert.Equal(10, health.GetProperty("objects").GetArrayLength());
        Assert.All(health.GetProperty("objects").EnumerateArray(), o => Assert.StartsWith("node/a05-p1-dgx-01-", o.GetString(), StringComparison.Ordinal));
        Assert.Contains("leaves.current=\"3\" but ib.coreweave.cloud/leaves.expected=\"4\"", Text(health, "message"), StringComparison.Ordinal);
        Assert.Contains("its 8 leaves have 10 to 18 nodes with GPUs", Text(findings.Single(f => Text(f, "rule") == "leaves-unequal"), "message"), StringComparison.Ordinal);
        Assert.StartsWith("19 nodes (", Text(findings.Single(f => Text(f, "rule") == "no-switch-labels"), "message"), StringComparison.Ordinal);
        Assert.DoesNotContain(findings, f => Text(f, "severity") == "error");
    }

    [ThirdPartyFact]
    public void Topology_AzureTree_IsFiveGroupsAsItsToolDerives()
    {
        var expected = File.ReadLines(ThirdPartyData.Require("azure-cyclecloud-slurm", "ib_sharp", "slurm_topology.txt"))
            .Where(l => l.Contains(" Nodes=", StringComparison.Ordinal)).Select(l => l[(l.LastIndexOf('=') + 1)..])
            .Select(hosts => string.Join(',', hosts.Split(',').Order(StringComparer.Ordinal)));
        var root = Domains(Run(RailFabric.Azure(), "topology").GetProperty("cluster")).Single();
        var groups = Domains(root).Select(g => string.Join(',', g.GetProperty("nodes").EnumerateArray().Select(n => Text(n, "name")!).Order(StringComparer.Ordinal)));

        Assert.Equal(expected.Order(StringComparer.Ordinal), groups.Order(StringComparer.Ordinal));
        Assert.Equal(16, root.GetProperty("nodeCount").GetInt32());
    }

    [ThirdPartyFact]
    public void Doctor_AzureTree_FindsUnequalGroupsOnly()
    {
        var findings = Run(RailFabric.Azure(), "doctor").GetProperty("findings").EnumerateArray().ToList();

        Assert.Equal(["leaves-unequal", "no-pods"], findings.Select(f => Text(f, "rule")).Order(StringComparer.Ordinal));
        Assert.Contains("its 5 leaves have 2 to 6 nodes", Text(findings.Single(f => Text(f, "rule") == "leaves-unequal"), "message"), StringComparison.Ordinal);
    }

    [ThirdPartyFact]
    public void Topology_Ibnetdiscover_TextIsShortAndSaysTheGroups()
    {
        var run = CliHarness.Run(RailFabric.Ibnetdiscover().ToYaml(), ["topology", "--cluster", "-"]);
        Assert.Contains("a07-p1-dgx-03-c[01-18]", run.Out, StringComparison.Ordinal);
        Assert.True(run.Out.Split('\n').Length < 60, run.Out);
    }

    private static string GroupOf(JsonElement group) => Text(group, "name")![^2..];

    private static JsonElement.ArrayEnumerator Domains(JsonElement domain) => domain.GetProperty("domains").EnumerateArray();

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static JsonElement Run(RailFabric fabric, string command)
    {
        var run = CliHarness.Run(fabric.ToYaml(), [command, "--cluster", "-", "-o", "json"]);
        Assert.Equal(("", 0), (run.Error, run.Code));
        return run.Json();
    }
}
