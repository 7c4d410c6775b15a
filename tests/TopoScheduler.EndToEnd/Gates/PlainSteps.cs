using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Gates;

/// <summary>What can be tried on a server of any version: patches, preconditions, bindings, deletions, a custom resource.</summary>
internal static class PlainSteps
{
    // Compared with this one; 1.20.2 answers otherwise.
    private const int Newest = 36;

    private const string WrongUid = "b7a2a1b0-0000-4000-8000-000000000000";

    public static IReadOnlyList<ServerStep> All { get; } =
    [
        ServerStep.Pod("p", "\"terminationGracePeriodSeconds\":20"),
        ServerStep.Pod("q", "\"terminationGracePeriodSeconds\":20"),
        ServerStep.Pod("p", "\"hostNetwork\":false"),
        ServerStep.Post("no name", "pods", """{"metadata":{},"spec":{"containers":[{"name":"c","image":"example.test/i:1"}]}}"""),
        ServerStep.Post("other namespace", "pods", """{"metadata":{"name":"x","namespace":"other"},"spec":{"containers":[{"name":"c","image":"example.test/i:1"}]}}"""),
        ServerStep.Patch("labels", "pods/p", """{"metadata":{"labels":{"a":"1"},"annotations":{"b":"2"}}}"""),
        ServerStep.Patch("the same labels", "pods/p", """{"metadata":{"labels":{"a":"1"}}}"""),
        ServerStep.Patch("no operation", "pods/p", "[]", ServerStep.Json),
        ServerStep.Patch("no labels where none are", "pods/q", """{"metadata":{"labels":{}}}"""),
        ServerStep.Patch("status on the main path", "pods/p", """{"status":{"phase":"Running"}}""") with { FirstMinor = Newest },
        ServerStep.Patch("spec on the path of the status", "pods/p/status", """{"spec":{"nodeName":"n7"},"status":{"phase":"Pending"}}""") with { FirstMinor = Newest },
        ServerStep.Patch("label on the path of the status", "pods/p/status", """{"metadata":{"labels":{"c":"3"}}}"""),
        ServerStep.Patch("condition", "pods/p/status", """{"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable"}]}}""", ServerStep.Strategic),
        ServerStep.Patch("wrong UID", "pods/p", $$$"""{"metadata":{"uid":"{{{WrongUid}}}"} }"""),
        ServerStep.Patch("wrong UID, status", "pods/p/status", $$$"""{"metadata":{"uid":"{{{WrongUid}}}"},"status":{"phase":"Running"} }"""),
        ServerStep.Patch("right UID", "pods/p", w => $$$"""{"metadata":{"uid":"{{{w.Uid("pods/p")}}}"} }"""),
        ServerStep.Patch("old version", "pods/p", w => $$$"""{"metadata":{"resourceVersion":"{{{w.FirstVersion("pods/p")}}}","labels":{"a":"2"} } }"""),
        ServerStep.Patch("present version", "pods/p", w => $$$"""{"metadata":{"resourceVersion":"{{{w.Version("pods/p")}}}","labels":{"a":"3"} } }"""),
        ServerStep.Patch("old version, JSON patch", "pods/p", w => $$"""[{"op":"replace","path":"/metadata/resourceVersion","value":"{{w.FirstVersion("pods/p")}}"}]""", ServerStep.Json),
        ServerStep.Patch("test fails", "pods/p", """[{"op":"test","path":"/metadata/labels/a","value":"9"}]""", ServerStep.Json),
        ServerStep.Patch("test of nothing for null", "pods/p", """[{"op":"test","path":"/metadata/labels/z","value":null}]""", ServerStep.Json),
        ServerStep.Patch("test of nothing", "pods/p", """[{"op":"test","path":"/metadata/labels/z","value":"1"}]""", ServerStep.Json),
        ServerStep.Patch("remove of nothing", "pods/p", """[{"op":"remove","path":"/metadata/labels/z"}]""", ServerStep.Json),
        ServerStep.Patch("replace of nothing", "pods/p", """[{"op":"replace","path":"/metadata/labels/z","value":"1"}]""", ServerStep.Json),
        ServerStep.Patch("replace below nothing", "pods/p", """[{"op":"replace","path":"/metadata/nothing/z","value":"1"}]""", ServerStep.Json),
        ServerStep.Patch("test below nothing", "pods/p", """[{"op":"test","path":"/metadata/nothing/z","value":null}]""", ServerStep.Json),
        ServerStep.Patch("test behind a list", "pods/p", """[{"op":"test","path":"/spec/containers/7","value":null}]""", ServerStep.Json),
        ServerStep.Patch("add behind a list", "pods/p", """[{"op":"add","path":"/spec/tolerations/9","value":{"key":"t","operator":"Exists"}}]""", ServerStep.Json),
        ServerStep.Patch("replace behind a list", "pods/p", """[{"op":"replace","path":"/spec/tolerations/9","value":{"key":"t","operator":"Exists"}}]""", ServerStep.Json),
        ServerStep.Patch("add without value", "pods/p", """[{"op":"add","path":"/metadata/labels/v"}]""", ServerStep.Json),
        ServerStep.Patch("add null", "pods/p", """[{"op":"add","path":"/metadata/annotations","value":null}]""", ServerStep.Json),
        ServerStep.Patch("path without slash", "pods/p", """[{"op":"add","path":"metadata","value":{}}]""", ServerStep.Json),
        ServerStep.Patch("metadata that is none", "pods/p", """[{"op":"replace","path":"/metadata","value":"x"}]""", ServerStep.Json),
        ServerStep.Patch("move and copy", "pods/p", """[{"op":"add","path":"/metadata/annotations","value":{"a":"1"}},{"op":"copy","from":"/metadata/annotations/a","path":"/metadata/annotations/b"},{"op":"move","from":"/metadata/annotations/a","path":"/metadata/annotations/c"}]""", ServerStep.Json),
        ServerStep.Patch("add below nothing", "pods/p", """[{"op":"add","path":"/metadata/nothing/z","value":"1"}]""", ServerStep.Json),
        ServerStep.Patch("unknown operation", "pods/p", """[{"op":"strike","path":"/metadata/labels/a"}]""", ServerStep.Json),
        ServerStep.Patch("an object as JSON patch", "pods/p", """{"metadata":{"labels":{"a":"1"}}}""", ServerStep.Json),
        ServerStep.Patch("a list as merge patch", "pods/p", "[1]") with { FirstMinor = Newest },
        ServerStep.Patch("other name", "pods/p", """{"metadata":{"name":"r"}}"""),
        ServerStep.Patch("other namespace", "pods/p", """{"metadata":{"namespace":"other"}}"""),
        ServerStep.Patch("unknown media type", "pods/p", "{}", "text/plain"),
        ServerStep.Patch("plain JSON as patch", "pods/p", "{}", "application/json"),
        ServerStep.Patch("no pod", "pods/none", "{}"),
        ServerStep.Patch("selector", "pods/p", """{"spec":{"nodeSelector":{"a":"1"}}}"""),
        ServerStep.Patch("affinity", "pods/p", """{"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Exists"}]}]}}}}}"""),
        ServerStep.Patch("image", "pods/p", """[{"op":"replace","path":"/spec/containers/0/image","value":"example.test/i:2"}]""", ServerStep.Json),
        ServerStep.Patch("toleration", "pods/p", """[{"op":"add","path":"/spec/tolerations/-","value":{"key":"t","operator":"Exists"}}]""", ServerStep.Json),
        ServerStep.Patch("toleration gone", "pods/p", """[{"op":"remove","path":"/spec/tolerations/2"}]""", ServerStep.Json),
        ServerStep.Patch("creation time", "pods/p", """{"metadata":{"creationTimestamp":"2000-01-01T00:00:00Z"}}"""),
        ServerStep.Patch("deletion time of the living", "pods/p", """{"metadata":{"deletionTimestamp":"2000-01-01T00:00:00Z","deletionGracePeriodSeconds":3}}"""),
        ServerStep.Patch("no deadline", "pods/q", """{"spec":{"activeDeadlineSeconds":5}}"""),
        ServerStep.Patch("no deadline any more", "pods/q", """{"spec":{"activeDeadlineSeconds":null}}"""),
        ServerStep.Patch("generation", "pods/p", """{"metadata":{"generation":77}}"""),
        ServerStep.Patch("deadline", "pods/p", """{"spec":{"activeDeadlineSeconds":100}}"""),
        ServerStep.Patch("later deadline", "pods/p", """{"spec":{"activeDeadlineSeconds":200}}"""),
        ServerStep.Patch("sooner deadline", "pods/p", """{"spec":{"activeDeadlineSeconds":50}}"""),
        ServerStep.Patch("strategic: label goes", "pods/p", """{"metadata":{"labels":{"c":null,"d":"4"}}}""", ServerStep.Strategic),
        ServerStep.Patch("strategic: finalizer", "pods/p", """{"metadata":{"finalizers":["x.test/a","x.test/b"]}}""", ServerStep.Strategic),
        ServerStep.Patch("strategic: finalizer more", "pods/p", """{"metadata":{"finalizers":["x.test/c"]}}""", ServerStep.Strategic),
        ServerStep.Patch("strategic: finalizers fewer", "pods/p", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["x.test/a"]}}""", ServerStep.Strategic),
        ServerStep.Patch("merge: no finalizers", "pods/p", """{"metadata":{"finalizers":null}}"""),
        new("PUT: old version", "PUT", "pods/p", w => w.First("pods/p").ToJsonString()),
        new("PUT: wrong UID", "PUT", "pods/p", w => With(w.Last("pods/p"), "uid", WrongUid)),
        new("PUT: other name", "PUT", "pods/p", w => With(w.Last("pods/p"), "name", "r")),
        new("PUT: the same", "PUT", "pods/p", w => w.Last("pods/p").ToJsonString()),
        new("PUT: no version", "PUT", "pods/p", w => With(w.Last("pods/p"), "resourceVersion", "")),
        ServerStep.Bind("bind", "p", ",\"annotations\":{\"x/rank\":\"3\"}"),
        ServerStep.Bind("bind again", "p"),
        ServerStep.Bind("bind no pod", "none"),
        ServerStep.Post("bind, other name", "pods/q/binding", """{"apiVersion":"v1","kind":"Binding","metadata":{"name":"p"},"target":{"kind":"Node","name":"n1"}}"""),
        new("delete with a wrong UID", "DELETE", "pods/p", _ => Options(WrongUid, null)),
        new("delete with an old version", "DELETE", "pods/p", w => Options(null, w.FirstVersion("pods/p"))),
        new("delete", "DELETE", "pods/p"),
        new("delete again", "DELETE", "pods/p"),
        new("it is there", "GET", "pods/p"),
        ServerStep.Patch("label while it ends", "pods/p", """{"metadata":{"labels":{"a":"7"}}}"""),
        ServerStep.Patch("its end is taken back", "pods/p", """{"metadata":{"deletionTimestamp":null}}"""),
        ServerStep.Patch("its end is put off", "pods/p", """{"metadata":{"deletionTimestamp":"2100-01-01T00:00:00Z","deletionGracePeriodSeconds":3000}}"""),
        ServerStep.Bind("bind while it ends", "p"),
        ServerStep.Patch("hold q", "pods/q", """{"metadata":{"finalizers":["x.test/y"]}}"""),
        new("delete q", "DELETE", "pods/q"),
        ServerStep.Bind("bind while it is held", "q"),
        ServerStep.Patch("let q go", "pods/q", """{"metadata":{"finalizers":null}}"""),
        new("q is gone", "GET", "pods/q"),
        ServerStep.Post("create a custom object", "gangtests", """{"apiVersion":"toposcheduler.io/v1alpha1","kind":"GangTest","metadata":{"name":"g"},"spec":{"a":1},"status":{"b":1}}"""),
        ServerStep.Patch("its status on the main path", "gangtests/g", """{"status":{"b":1}}"""),
        ServerStep.Patch("its status", "gangtests/g/status", """{"status":{"b":2},"spec":{"a":9}}"""),
        ServerStep.Patch("the same status", "gangtests/g/status", """{"status":{"b":2}}"""),
        ServerStep.Patch("its status, wrong UID", "gangtests/g/status", $$$"""{"metadata":{"uid":"{{{WrongUid}}}"},"status":{"b":3} }"""),
        ServerStep.Patch("its status, old version", "gangtests/g/status", w => $$$"""{"metadata":{"resourceVersion":"{{{w.FirstVersion("gangtests/g")}}}"},"status":{"b":4} }"""),
        ServerStep.Patch("its status, label", "gangtests/g/status", """{"metadata":{"labels":{"a":"b"}}}"""),
        ServerStep.Patch("wrong UID", "gangtests/g", $$$"""{"metadata":{"uid":"{{{WrongUid}}}"},"spec":{"a":3} }"""),
        ServerStep.Patch("strategic", "gangtests/g", "{}", ServerStep.Strategic),
        new("PUT: old version", "PUT", "gangtests/g", w => w.First("gangtests/g").ToJsonString()),
        new("PUT: no version", "PUT", "gangtests/g", w => With(w.Last("gangtests/g"), "resourceVersion", null)),
        new("PUT: wrong UID", "PUT", "gangtests/g/status", w => With(w.Last("gangtests/g"), "uid", WrongUid)),
        new("PUT: the same", "PUT", "gangtests/g", w => w.Last("gangtests/g").ToJsonString()),
        new("see it", "GET", "gangtests/g"),
        new("delete it, wrong UID", "DELETE", "gangtests/g", _ => Options(WrongUid, null)),
        new("delete it", "DELETE", "gangtests/g", w => Options(w.Uid("gangtests/g"), null)),
        new("delete it again", "DELETE", "gangtests/g"),
        ServerStep.Patch("apply without manager", "gangtests/h", """{"apiVersion":"toposcheduler.io/v1alpha1","kind":"GangTest","metadata":{"name":"h"}}""", ServerStep.Apply),
        ServerStep.Post("UID, version and status of ones own", "pods", """{"metadata":{"name":"own","uid":"b7a2a1b0-0000-4000-8000-000000000000"},"status":{"phase":"Running"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"example.test/i:1"}]}}"""),
        ServerStep.Patch("over", "pods/own/status", """{"status":{"phase":"Succeeded"}}"""),
        new("delete what is over", "DELETE", "pods/own"),
        new("over and gone", "GET", "pods/own"),
        ServerStep.Post("create with a version", "pods", """{"metadata":{"name":"own","resourceVersion":"7"},"spec":{"containers":[{"name":"c","image":"example.test/i:1"}]}}"""),
        ServerStep.Post("post to an object", "pods/p", "{}"),
        ServerStep.Post("post to no part", "pods/p/nothing", "{}"),
        new("put to all", "PUT", "pods", _ => "{}"),
        new("no such resource", "GET", "nothings/x"),
        new("a lease by PUT", "PUT", "leases/l", _ => """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},"spec":{"holderIdentity":"a"}}"""),
        new("a lease, no version", "PUT", "leases/l", w => With(w.Last("leases/l"), "resourceVersion", null)),
    ];

    private static string With(JsonObject obj, string field, string? value)
    {
        obj["metadata"]!.AsObject().Remove(field);
        if (value is not null)
        {
            obj["metadata"]![field] = value;
        }

        return obj.ToJsonString();
    }

    private static string Options(string? uid, string? version)
    {
        var preconditions = new JsonObject();
        if (uid is not null) preconditions["uid"] = uid;
        if (version is not null) preconditions["resourceVersion"] = version;
        return new JsonObject { ["kind"] = "DeleteOptions", ["apiVersion"] = "v1", ["preconditions"] = preconditions }.ToJsonString();
    }
}
