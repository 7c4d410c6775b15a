using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class PodGroupTests
{
    [Fact]
    public void Read_LonePod_IsAGangOfOne()
    {
        var gang = Yaml.Gang("{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u}, spec: {containers: [{}]}}");

        Assert.Equal(new GangKey("default", "Pod", "p", "u"), gang.Key);
        Assert.Equal((1, 1), (gang.Size, gang.MinMembers));
    }

    [Fact]
    public void Read_PodsOfOneGang_StandInNumericOrder()
    {
        var gang = Yaml.Gang(Pods("g", "w-10", "w-2", "w-1"));

        Assert.Equal(["w x3 w-1 w-2 w-10"], Roles(gang));
        Assert.Equal(new GangKey("default", "Pod", "g"), gang.Key);
    }

    [Fact]
    public void Read_IndexLabels_GoBeforeNames()
    {
        var text = string.Join("\n---\n", new[] { ("a", 2), ("b", 0), ("c", 10), ("d", 1) }.Select(p =>
            $"{{apiVersion: v1, kind: Pod, metadata: {{name: {p.Item1}, labels: {{apps.kubernetes.io/pod-index: '{p.Item2}'}}, annotations: {{toposcheduler.io/gang: g}}}}, spec: {{containers: [{{}}]}}}}"));

        Assert.Equal(["b", "d", "a", "c"], Yaml.Gang(text).Roles.SelectMany(r => r.PodNames));
    }

    [Fact]
    public void Read_SeveralGangsAndNamespaces_AreKeptApartInFileOrder()
    {
        var gangs = Yaml.Jobs(Pods("b", "b-0") + "\n---\n" + Pods("a", "a-0", "a-1") + "\n---\n" + Pods("b", "x-0").Replace("name: x-0", "name: x-0, namespace: other") + "\n---\n" + Pods("b", "b-1")).Gangs;

        Assert.Equal(["pod/default/b 2", "pod/default/a 2", "pod/other/b 1"], gangs.Select(g => $"{g.Key.Id} {g.Size}"));
    }

    [Fact]
    public void Read_DifferentTemplates_AreRolesByRuns()
    {
        var text = Pods("g", "w-0", "w-1", "w-2", "w-3").Replace("name: w-2, ", "name: w-2, labels: {big: 'yes'}, ");

        Assert.Equal(["w x2 w-0 w-1", "w x1 w-2", "w x1 w-3"], Roles(Yaml.Gang(text)));
    }

    [Fact]
    public void Read_DifferentNames_AreDifferentRoles()
    {
        Assert.Equal(["head x1 head", "w x2 w-0 w-1"], Roles(Yaml.Gang(Pods("g", "w-0", "head", "w-1"))));
    }

    [Theory]
    [InlineData("w-0", "w x4 w-0 w-1 w-2 w-3")]
    [InlineData("trainer", "trainer x4 trainer trainer-1 trainer-2 trainer-3")]
    public void Read_OnePodForAll_StandsForGangSize(string name, string expected)
    {
        var gang = Yaml.Gang(Pods("g", name).Replace("gang: g", "gang: g, toposcheduler.io/gang-size: '4', toposcheduler.io/parallelism: 'tp=2,dp=2'"));

        Assert.Equal([expected], Roles(gang));
        Assert.Empty(gang.Problems);
        Assert.Equal((4, 4, 2), (gang.MinMembers, gang.Gpus, gang.Hints.Parallelism.Length));
    }

    [Fact]
    public void Read_FewerPodsThatDiffer_AreAnError()
    {
        var gang = Yaml.Gang(Pods("g", "head", "w-0").Replace("gang: g", "gang: g, toposcheduler.io/gang-size: '4'"));

        Assert.Contains("the gang has 2 pods in the input and they differ; expected all 4", Assert.Single(gang.Errors()));
    }

    [Fact]
    public void Read_MorePodsThanStated_AreAnError()
    {
        var gang = Yaml.Gang(Pods("g", "w-0", "w-1").Replace("gang: g", "gang: g, toposcheduler.io/gang-size: '1'"));

        Assert.Contains("the gang has 2 pods in the input, expected at least that many", Assert.Single(gang.Errors()));
    }

    [Fact]
    public void Read_SamePodTwice_IsAnError()
    {
        var content = Yaml.Jobs(Pods("g", "w-0", "w-0"));

        Assert.Empty(content.Gangs);
        Assert.Contains("2 times", Assert.Single(content.Problems).Message);
    }

    [Fact]
    public void Read_FinishedPod_IsPassedOver()
    {
        var content = Yaml.Jobs("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {}, status: {phase: Succeeded}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: q}, spec: {containers: [{}]}}");

        Assert.Equal("q", Assert.Single(content.Gangs).Key.Name);
        Assert.Contains("succeeded already", Assert.Single(content.Problems).Message);
    }

    [Fact]
    public void Read_GeneratedName_IsItsStem()
    {
        Assert.Equal("run", Yaml.Gang("{apiVersion: v1, kind: Pod, metadata: {generateName: run-}, spec: {containers: [{}]}}").Key.Name);
    }

    [Fact]
    public void Read_PodWithoutName_IsAnErrorAndOthersGoOn()
    {
        var content = Yaml.Jobs("{apiVersion: v1, kind: Pod, spec: {}}\n---\n" + Pods("g", "w-0"));

        Assert.Single(content.Gangs);
        Assert.Equal("metadata.name: nothing, expected a name (jobs.yaml:1).", Assert.Single(content.Problems).Message);
    }

    private static string Pods(string gang, params string[] names) => string.Join("\n---\n", names.Select(name =>
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, annotations: {{toposcheduler.io/gang: {gang}}}}}, spec: {{containers: [{{resources: {{limits: {{nvidia.com/gpu: 1}}}}}}]}}}}"));

    private static string[] Roles(Gang gang) => [.. gang.Roles.Select(r => $"{r.Name} x{r.Count} {string.Join(' ', r.PodNames)}")];
}
