using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;

namespace TopoScheduler.Kubernetes.Tests.Mapping;

public sealed class PodTemplateReaderTests
{
    [Fact]
    public void Read_NodeSelectorAndLabels_AreKept()
    {
        var template = Yaml.Template("metadata: {labels: {app: a}}\nspec: {nodeSelector: {pool: gpu, empty: }}");

        Assert.Equal("a", template.Labels["app"]);
        Assert.Equal("gpu", template.NodeSelector["pool"]);
        Assert.Equal("", template.NodeSelector["empty"]);
    }

    [Fact]
    public void Read_RequiredNodeAffinity_IsAlternativesOfRequirements()
    {
        var template = Yaml.Template("""
            spec:
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                    - matchExpressions:
                      - {key: zone, operator: In, values: [a, b]}
                      - {key: cpus, operator: Gt, values: ["8"]}
                    - matchFields:
                      - {key: metadata.name, operator: In, values: [n1]}
                    - {}
                  preferredDuringSchedulingIgnoredDuringExecution:
                  - {weight: 1, preference: {matchExpressions: [{key: x, operator: Exists}]}}
            """);

        Assert.Equal(2, template.NodeAffinity.Length);
        Assert.Equal([SelectorOperator.In, SelectorOperator.Gt], template.NodeAffinity[0].Labels.Select(r => r.Operator));
        Assert.Equal(["a", "b"], template.NodeAffinity[0].Labels[0].Values.ToArray());
        Assert.Equal(["n1"], Assert.Single(template.NodeAffinity[1].Fields).Values.ToArray());
    }

    [Fact]
    public void Read_NodeAffinityWithoutRequirements_MatchesNoNode()
    {
        var (reading, problems) = Yaml.Pod("spec: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{}]}}}}");

        Assert.Empty(Assert.Single(Assert.Single(reading.Template.NodeAffinity).Fields).Values);
        Assert.Equal(Severity.Warning, Assert.Single(problems).Severity);
    }

    [Theory]
    [InlineData("{key: a, operator: Gt, values: [\"-1\"]}", "\"-1\"")]
    [InlineData("{key: a, operator: In, values: [b, \"c d\"]}", "\"c d\"")]
    [InlineData("{key: a, operator: NotIn, values: [b, c.]}", "\"c.\"")]
    public void Read_ExpressionWithValueNoLabelHas_HoldsForNoNodeAsForKubeScheduler(string expression, string shown)
    {
        var (reading, problems) = Yaml.Pod(
            $"spec: {{affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: [{expression}]}}, {{matchExpressions: [{{key: a, operator: Exists}}]}}]}}}}}}}}");

        Assert.Equal([SelectorOperator.In, SelectorOperator.Exists], reading.Template.NodeAffinity.Select(t => Assert.Single(t.Labels).Operator));
        Assert.Empty(reading.Template.NodeAffinity[0].Labels[0].Values);
        var problem = Assert.Single(problems);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.Contains($"values: {shown} is no label value", problem.Message);
    }

    [Theory]
    [InlineData("{key: a, operator: in, values: [b]}", "operator: \"in\", expected In, NotIn, Exists, DoesNotExist, Gt or Lt")]
    [InlineData("{key: a, operator: In}", "values: nothing, expected at least one value for operator In")]
    [InlineData("{key: a, operator: Gt, values: [x]}", "values: a list of \"x\", expected one whole number for operator Gt")]
    [InlineData("{key: a, operator: Exists, values: [x]}", "values: a list of \"x\", expected no values for operator Exists")]
    [InlineData("{operator: Exists}", "key: nothing, expected a label key")]
    public void Read_WrongExpression_IsTold(string expression, string expected)
    {
        var (_, problems) = Yaml.Pod(
            $"spec: {{affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: {{nodeSelectorTerms: [{{matchExpressions: [{expression}]}}]}}}}}}}}");

        Assert.Contains(expected, Assert.Single(problems).Message);
    }

    [Fact]
    public void Read_Tolerations_DefaultAsKubernetesDoes()
    {
        var template = Yaml.Template("""
            spec:
              tolerations:
              - {operator: Exists}
              - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
              - {key: team, value: ml}
            """);

        Assert.Equal([new(null, true, null, null), new("nvidia.com/gpu", true, null, "NoSchedule"), new("team", false, "ml", null)], template.Tolerations.ToArray());
    }

    [Theory]
    [InlineData("{key: a, operator: Like}", "expected Equal or Exists")]
    [InlineData("{value: a}", "expected Exists for a toleration without a key")]
    public void Read_WrongToleration_IsTold(string toleration, string expected)
    {
        var (reading, problems) = Yaml.Pod($"spec: {{tolerations: [{toleration}]}}");

        Assert.Empty(reading.Template.Tolerations);
        Assert.Contains(expected, Assert.Single(problems).Message);
    }

    [Fact]
    public void Read_HostPorts_IncludeSidecarsAndHostNetwork()
    {
        var host = Yaml.Template("""
            spec:
              hostNetwork: true
              containers: [{ports: [{containerPort: 8080}, {containerPort: 53, hostPort: 5353, protocol: UDP, hostIP: 10.0.0.1}]}]
              initContainers:
              - {restartPolicy: Always, ports: [{containerPort: 9}]}
              - {ports: [{containerPort: 10}]}
            """);
        var own = Yaml.Template("spec: {containers: [{ports: [{containerPort: 8080}, {containerPort: 1, hostPort: 81}]}]}");

        Assert.Equal([new("TCP", "0.0.0.0", 9), new("UDP", "10.0.0.1", 5353), new("TCP", "0.0.0.0", 8080)], host.HostPorts.ToArray());
        Assert.Equal([new("TCP", "0.0.0.0", 81)], own.HostPorts.ToArray());
    }

    [Fact]
    public void Read_Priority_IsNumberElseClassElseDefault()
    {
        var objects = Yaml.Objects("""
            {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}
            ---
            {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: low}, value: -5, globalDefault: true}
            """);

        Assert.Equal(7, Yaml.Pod("spec: {priority: 7, priorityClassName: high}", objects).Reading.Priority);
        Assert.Equal(1000, Yaml.Pod("spec: {priorityClassName: high}", objects).Reading.Priority);
        Assert.Equal(2_000_001_000, Yaml.Pod("spec: {priorityClassName: system-node-critical}", objects).Reading.Priority);
        Assert.Equal(-5, Yaml.Pod("spec: {}", objects).Reading.Priority);
        Assert.Contains("no such PriorityClass", Assert.Single(Yaml.Pod("spec: {priorityClassName: none}", objects).Problems).Message);
    }

    [Theory]
    [InlineData("spec: {nodeName: n1}\nstatus: {nominatedNodeName: n2}", "n1")]
    [InlineData("status: {nominatedNodeName: n2}", "n2")]
    [InlineData("spec: {}", null)]
    public void Read_NodeName_IsBoundElseNominated(string pod, string? expected) => Assert.Equal(expected, Yaml.Template(pod).NodeName);

    [Theory]
    [InlineData("spec: 5")]
    [InlineData("spec: [1]")]
    [InlineData("spec: {containers: 5}")]
    [InlineData("spec: {containers: {a: b}}")]
    [InlineData("spec: {containers: [5]}")]
    [InlineData("spec: {tolerations: x}")]
    [InlineData("spec: {nodeSelector: [a]}")]
    [InlineData("spec: {nodeSelector: {a: [b]}}")]
    [InlineData("spec: {hostNetwork: maybe}")]
    [InlineData("spec: {containers: [{ports: [{hostPort: 70000}]}]}")]
    [InlineData("spec: {containers: [{ports: [{hostPort: -1}]}]}")]
    [InlineData("metadata: {labels: x}")]
    public void Read_WrongType_IsToldWithPathAndLine(string pod)
    {
        var (_, problems) = Yaml.Pod(pod);

        Assert.NotEmpty(problems);
        Assert.All(problems, p => Assert.Matches(@"^(spec|metadata).*: .*expected .*\(line 1\)\.$", p.Message));
    }
}
