using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Mapping;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class AffinityReaderTests
{
    private const string Namespaces = """
        {apiVersion: v1, kind: Namespace, metadata: {name: ml, labels: {team: research}}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: web, labels: {team: shop}}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: lab, labels: {team: research}}}
        """;

    [Theory]
    [InlineData("", "ml")]
    [InlineData("namespaces: [web, ads]", "ads,web")]
    [InlineData("namespaceSelector: {}", "")]
    [InlineData("namespaceSelector: {matchLabels: {team: research}}", "lab,ml")]
    [InlineData("namespaces: [web], namespaceSelector: {matchLabels: {team: research}}", "lab,ml,web")]
    [InlineData("namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lab}}", "lab")]
    [InlineData("namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [shop]}]}", "lab,ml")]
    public void Terms_Namespaces_AreResolved(string namespaces, string expected)
    {
        var term = Term(namespaces, Yaml.Objects(Namespaces));

        Assert.Equal(expected, string.Join(',', term.Namespaces));
        Assert.NotNull(term.Selector);
    }

    [Fact]
    public void Terms_SelectorThatMeetsNoNamespace_MeansNoPod()
    {
        var term = Term("namespaceSelector: {matchLabels: {team: none}}", Yaml.Objects(Namespaces));

        Assert.Null(term.Selector);
        Assert.NotEmpty(term.Namespaces);
    }

    [Fact]
    public void Terms_NamespacesUnknown_AreTakenAsAllAndTold()
    {
        var (reading, problems) = Yaml.Pod(Pod("namespaceSelector: {matchLabels: {team: x}}"));

        Assert.Empty(Assert.Single(reading.Template.AntiAffinity).Namespaces);
        Assert.Contains("taken to mean all namespaces", Assert.Single(problems).Message);
    }

    [Fact]
    public void Terms_MatchLabelKeys_JoinTheSelector()
    {
        var term = Term("matchLabelKeys: [job, missing], mismatchLabelKeys: [team]", new());

        Assert.Equal(
            [("app", SelectorOperator.In, "a"), ("job", SelectorOperator.In, "j1"), ("team", SelectorOperator.NotIn, "t1")],
            term.Selector!.Requirements.Select(r => (r.Key, r.Operator, r.Values[0])));
    }

    [Fact]
    public void Terms_WithoutTopologyKey_AreTold()
    {
        var (reading, problems) = Yaml.Pod("spec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {}}]}}}");

        Assert.Empty(reading.Template.Affinity);
        Assert.Contains("topologyKey: nothing, expected a node label key", Assert.Single(problems).Message);
    }

    [Fact]
    public void Terms_NoSelector_MatchesNone()
    {
        var template = Yaml.Template("spec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: k}]}}}");

        Assert.Null(Assert.Single(template.Affinity).Selector);
    }

    [Fact]
    public void Spread_DoNotSchedule_ReadsPolicies()
    {
        var template = Yaml.Template("""
            metadata: {labels: {app: a, rev: r1}}
            spec:
              topologySpreadConstraints:
              - {maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: a}}, matchLabelKeys: [rev], minDomains: 3,
                 nodeAffinityPolicy: Ignore, nodeTaintsPolicy: Honor}
              - {maxSkew: 1, topologyKey: host, whenUnsatisfiable: DoNotSchedule}
              - {maxSkew: 1, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway}
            """);

        Assert.Equal(2, template.Spread.Length);
        var zone = template.Spread[0];
        Assert.Equal((2, "zone", 3, false, true), (zone.MaxSkew, zone.TopologyKey, zone.MinDomains, zone.HonorAffinity, zone.HonorTaints));
        Assert.Equal(["app", "rev"], zone.Selector!.Requirements.Select(r => r.Key));
        var host = template.Spread[1];
        Assert.Equal((1, true, false), (host.MinDomains, host.HonorAffinity, host.HonorTaints));
        Assert.Null(host.Selector);
    }

    private static PodAffinityTerm Term(string fields, ClusterObjects objects) => Assert.Single(Yaml.Template(Pod(fields), objects).AntiAffinity);

    private static string Pod(string fields)
    {
        var rest = fields.Length == 0 ? "" : ", " + fields;
        return $$$"""
            metadata: {labels: {app: a, job: j1, team: t1}}
            spec:
              affinity:
                podAntiAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                  - {topologyKey: k, labelSelector: {matchLabels: {app: a}}{{{rest}}}}
            """;
    }
}
