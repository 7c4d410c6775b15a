using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Tests.Extender.Wire;

/// <summary>What real kube-schedulers sent, byte for byte, is read as System.Text.Json reads it.</summary>
public sealed class RecordedBodiesTests
{
    [Theory]
    [MemberData(nameof(RepositoryFiles.RecordedWire), MemberType = typeof(RepositoryFiles))]
    public void Read_RecordedCandidates_AreAllThere(string version, string form)
    {
        Assert.All((string[])["filter", "prioritize"], verb => AreAllThere(new(version, verb, form)));
    }

    [Theory]
    [MemberData(nameof(RepositoryFiles.RecordedWire), MemberType = typeof(RepositoryFiles))]
    public void Read_RecordedBinding_HasAllFour(string version, string form)
    {
        var request = new RecordedRequest(version, "bind", form);

        var args = BindingArgs.Read(request.Body);

        Assert.Equal(["PodName", "PodNamespace", "PodUID", "Node"], request.Json.AsObject().Select(f => f.Key));
        Assert.Equal(request.Json.AsObject().Select(f => (string)f.Value!), [args.Pod.Name, args.Pod.Namespace, args.Pod.Uid, args.Node]);
    }

    private static void AreAllThere(RecordedRequest request)
    {
        var pod = request.Json["Pod"]!;
        // All but the first are known, in another order than that of the request.
        string[] known = [.. request.NodeNames.Skip(1).Order(StringComparer.Ordinal)];
        var table = new NodeNameTable(known);
        var args = new ExtenderArgs();

        ExtenderArgsReader.Read(request.Body, table, args);

        Assert.Equal(new PodIdentity((string)pod["metadata"]!["namespace"]!, (string)pod["metadata"]!["name"]!, (string)pod["metadata"]!["uid"]!), args.Pod);
        Assert.True(JsonNode.DeepEquals(pod, JsonNode.Parse(args.PodJson.Span)));
        Assert.Equal(request.Form == "nodes", args.HasNodeObjects);
        Assert.Equal(request.NodeNames.Select(n => Array.IndexOf(known, n)), args.Nodes.ToArray());
        Assert.Equal(request.NodeNames.Select(n => $"\"{n}\""), Enumerable.Range(0, args.Count).Select(c => Encoding.UTF8.GetString(args.JsonNameOf(c, table))));
        Assert.All(request.NodeObjects.Index(), o => Assert.True(JsonNode.DeepEquals(o.Item, JsonNode.Parse(args.ObjectOf(o.Index)))));
        Assert.Equal(request.Form == "nodes", ExtenderArgsReader.CarriesNodeObjects(request.Body));
    }
}
