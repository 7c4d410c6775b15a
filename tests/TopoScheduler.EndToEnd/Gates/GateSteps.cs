using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Gates;

/// <summary>What can be tried with gated pods, and after their gates are gone.</summary>
internal static class GateSteps
{
    private const string TwoGates = """ "schedulingGates":[{"name":"a/gang"},{"name":"b/quota"}] """;
    private const string OneGate = """ "schedulingGates":[{"name":"a/gang"}] """;

    private const string A = """{"key":"a","operator":"Exists"}""";
    private const string B = """{"key":"b","operator":"Exists"}""";

    public static IReadOnlyList<ServerStep> All { get; } =
    [
        ServerStep.Pod("plain", TwoGates),
        ServerStep.Pod("selected", """ "nodeSelector":{"a":"1"}, """ + OneGate),
        ServerStep.Pod("affine", $"\"affinity\":{Expressions(A)}, {OneGate}"),
        ServerStep.Pod("pinned", $"\"affinity\":{Pin("n1")}, {OneGate}"),
        ServerStep.Pod("hopeless", $"\"affinity\":{Expressions("")}, {OneGate}"),
        ServerStep.Pod("free", TwoGates),
        ServerStep.Pod("put", TwoGates),
        ServerStep.Pod("bad", $"\"nodeName\":\"n1\", {OneGate}"),
        ServerStep.Pod("bad", """ "schedulingGates":[{"name":"a"},{"name":"a"}] """),
        ServerStep.Pod("bad", $"\"affinity\":{Field("In", "\"n1\",\"n2\"")}, {OneGate}"),
        ServerStep.Pod("bad", $"\"affinity\":{Field("Exists", "")}, {OneGate}"),
        ServerStep.Pod("plain", OneGate),
        ServerStep.Patch("add a gate", "pods/plain", """[{"op":"add","path":"/spec/schedulingGates/-","value":{"name":"c/new"}}]""", ServerStep.Json),
        ServerStep.Patch("rename a gate", "pods/plain", """[{"op":"replace","path":"/spec/schedulingGates/0/name","value":"c/new"}]""", ServerStep.Json),
        ServerStep.Bind("bind while gated", "plain"),
        ServerStep.Patch("test of a gate fails", "pods/plain", """[{"op":"test","path":"/spec/schedulingGates/0/name","value":"x"},{"op":"remove","path":"/spec/schedulingGates/0"}]""", ServerStep.Json),
        ServerStep.Patch("remove of no gate", "pods/plain", """[{"op":"remove","path":"/spec/schedulingGates/5"}]""", ServerStep.Json),
        ServerStep.Patch("test of a gate holds", "pods/plain", """[{"op":"test","path":"/spec/schedulingGates/0/name","value":"a/gang"},{"op":"remove","path":"/spec/schedulingGates/0"}]""", ServerStep.Json),
        ServerStep.Patch("gate that is gone", "pods/plain", """{"spec":{"schedulingGates":[{"name":"a/gang"},{"name":"b/quota"}]}}"""),
        ServerStep.Patch("selector gains", "pods/selected", """{"spec":{"nodeSelector":{"b":"2"}}}"""),
        ServerStep.Patch("selector changes", "pods/selected", """{"spec":{"nodeSelector":{"a":"2"}}}"""),
        ServerStep.Patch("selector loses", "pods/selected", """{"spec":{"nodeSelector":{"a":null}}}"""),
        ServerStep.Patch("selector set where none was", "pods/plain", """{"spec":{"nodeSelector":{"a":"1"}}}"""),
        ServerStep.Patch("affinity set where none was", "pods/plain", Affinity(Pin("n1"))),
        ServerStep.Patch("pin changes", "pods/pinned", Affinity(Pin("n2"))),
        ServerStep.Patch("pin goes", "pods/pinned", """{"spec":{"affinity":null}}"""),
        ServerStep.Patch("pin gains a term", "pods/pinned", Affinity(Terms($"{{{Name("n1")}}},{{{Name("n2")}}}"))),
        ServerStep.Patch("pin gains an expression", "pods/pinned", Affinity(Terms($"{{{Name("n1")},\"matchExpressions\":[{A}]}}"))),
        ServerStep.Patch("expression goes", "pods/pinned", Affinity(Pin("n1"))),
        ServerStep.Patch("expression before", "pods/affine", Affinity(Expressions($"{B},{A}"))),
        ServerStep.Patch("expression behind", "pods/affine", Affinity(Expressions($"{A},{B}"))),
        ServerStep.Patch("expressions swapped", "pods/affine", Affinity(Expressions($"{B},{A}"))),
        ServerStep.Patch("the same", "pods/affine", Affinity(Expressions($"{A},{B}"))),
        ServerStep.Patch("field behind", "pods/affine", Affinity(Terms($"{{\"matchExpressions\":[{A},{B}],{Name("n1")}}}"))),
        ServerStep.Patch("empty term gains", "pods/hopeless", Affinity(Expressions(A))),
        ServerStep.Patch("preferred is free", "pods/affine", """{"spec":{"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":{"matchExpressions":[{"key":"z","operator":"Exists"}]}}]}}}}"""),
        ServerStep.Patch("pod anti-affinity", "pods/free", """{"spec":{"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"z","labelSelector":{"matchLabels":{"a":"b"}}}]}}}}"""),
        ServerStep.Patch("field of two names", "pods/free", Affinity(Field("In", "\"n1\",\"n2\""))),
        ServerStep.Patch("toleration more", "pods/free", """[{"op":"add","path":"/spec/tolerations/-","value":{"key":"t","operator":"Exists"}}]""", ServerStep.Json),
        ServerStep.Patch("toleration gone", "pods/free", """[{"op":"remove","path":"/spec/tolerations/2"}]""", ServerStep.Json),
        ServerStep.Patch("other scheduler", "pods/free", """{"spec":{"schedulerName":"other"}}"""),
        ServerStep.Patch("wrong UID", "pods/free", """{"metadata":{"uid":"b7a2a1b0-0000-4000-8000-000000000000"},"spec":{"schedulingGates":null}}"""),
        ServerStep.Patch("right UID, annotation", "pods/free", w => $$$"""{"metadata":{"uid":"{{{w.Uid("pods/free")}}}","annotations":{"x/plan":"7"} } }"""),
        ServerStep.Patch("old version", "pods/free", w => $$$"""{"metadata":{"resourceVersion":"{{{w.FirstVersion("pods/free")}}}"},"spec":{"schedulingGates":null} }"""),
        ServerStep.Patch("test of an old version", "pods/free", w => $$"""[{"op":"test","path":"/metadata/resourceVersion","value":"{{w.FirstVersion("pods/free")}}"}]""", ServerStep.Json),
        ServerStep.Patch("strategic: gate goes", "pods/free", """{"spec":{"schedulingGates":[{"$patch":"delete","name":"a/gang"}]}}""", ServerStep.Strategic),
        ServerStep.Patch("pin and let go", "pods/free", w => $$"""
            [{"op":"test","path":"/metadata/uid","value":"{{w.Uid("pods/free")}}"},{"op":"remove","path":"/spec/schedulingGates"},{"op":"add","path":"/spec/affinity","value":{{Pin("n1")}} }]
            """, ServerStep.Json),
        ServerStep.Patch("pin changes, no gates", "pods/free", Affinity(Pin("n2"))),
        ServerStep.Patch("pin gains, no gates", "pods/free", Affinity(Terms($"{{{Name("n1")},\"matchExpressions\":[{A}]}}"))),
        ServerStep.Patch("selector, no gates", "pods/free", """{"spec":{"nodeSelector":{"a":"1"}}}"""),
        ServerStep.Patch("gate comes back", "pods/free", """{"spec":{"schedulingGates":[{"name":"a/gang"}]}}"""),
        ServerStep.Patch("list of no gates", "pods/free", """{"spec":{"schedulingGates":[]}}"""),
        ServerStep.Patch("toleration more, no gates", "pods/free", """[{"op":"add","path":"/spec/tolerations/-","value":{"key":"u","operator":"Exists"}}]""", ServerStep.Json),
        ServerStep.Bind("bind with a wrong UID", "free", ",\"uid\":\"b7a2a1b0-0000-4000-8000-000000000000\""),
        ServerStep.Bind("bind with an old version", "free", ",\"resourceVersion\":\"1\""),
        ServerStep.Bind("bind", "free", ",\"annotations\":{\"x/rank\":\"3\"}"),
        ServerStep.Bind("bind again", "free"),
        new("PUT: pin and let go", "PUT", "pods/put", w =>
        {
            var pod = w.First("pods/put");
            pod["spec"]!.AsObject().Remove("schedulingGates");
            pod["spec"]!["affinity"] = JsonNode.Parse(Pin("n1"));
            return pod.ToJsonString();
        }),
        new("PUT: old version", "PUT", "pods/put", w => w.First("pods/put").ToJsonString()),
        new("PUT: the same", "PUT", "pods/put", w => w.Last("pods/put").ToJsonString()),
        new("PUT: node", "PUT", "pods/put", w =>
        {
            var pod = w.Last("pods/put");
            pod["spec"]!["nodeName"] = "n1";
            return pod.ToJsonString();
        }),
        new("delete the gated", "DELETE", "pods/affine", w => $$"""{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"{{w.Uid("pods/affine")}}"} }"""),
        new("see that it is gone", "GET", "pods/affine"),
    ];

    private static string Name(string node) => $$"""
        "matchFields":[{"key":"metadata.name","operator":"In","values":["{{node}}"]}]
        """;

    private static string Field(string operation, string values) =>
        Terms("{\"matchFields\":[{\"key\":\"metadata.name\",\"operator\":\"" + operation + "\",\"values\":[" + values + "]}]}");

    private static string Pin(string node) => Terms($"{{{Name(node)}}}");

    private static string Expressions(string expressions) => Terms($"{{\"matchExpressions\":[{expressions}]}}");

    private static string Terms(string terms) => "{\"nodeAffinity\":{\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[" + terms + "]}}}";

    private static string Affinity(string affinity) => "{\"spec\":{\"affinity\":" + affinity + "}}";
}
