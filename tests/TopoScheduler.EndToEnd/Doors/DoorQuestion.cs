using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using TopoScheduler.EndToEnd.ControlPlane;
using TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.EndToEnd.Doors;

/// <summary>A question as each door is asked it. A further door is a further property.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Command">Command and options, without those that say which cluster.</param>
/// <param name="Path">Path of the HTTP API.</param>
internal sealed record DoorQuestion(string Name, string[] Command, string Path)
{
    // Budgets, and what is said of waiting, are of this moment.
    private const string At = "2027-01-27T12:00:00Z";

    /// <summary>The body of a POST; null for a GET.</summary>
    public string? Body { get; private init; }

    /// <summary>The call of gRPC; null where it has none.</summary>
    public Func<GrpcChannel, Metadata, Task<IMessage>>? Call { get; private init; }

    /// <summary>All questions.</summary>
    /// <param name="ns">The namespace with pods.</param>
    /// <param name="folder">Where files with jobs may be written.</param>
    public static IEnumerable<DoorQuestion> All(string ns, string folder)
    {
        string Job(string name, int pods)
        {
            var file = System.IO.Path.Combine(folder, $"doors-{name}.json");
            File.WriteAllText(file, new JobObject(name, pods, new("") { Gpus = 8 }).ToJson().ToJsonString());
            return file;
        }

        var (train, tune, huge) = (Job("train", 3), Job("tune", 1), Job("huge", 9));
        yield return Report("one job", ns, [train]);
        yield return Report("a job that does not fit", ns, [huge]);
        yield return Report("several jobs, what if", ns, [train, tune], ("drain", "node/node-4"), ("budget", "rack/rack-3=20kW"));
        yield return new("capacity", ["capacity", "--at", At], $"/v1/capacity?at={At}")
        {
            Call = async (channel, headers) => await new ClusterService.ClusterServiceClient(channel).GetCapacityAsync(new() { At = At }, headers),
        };
        yield return new("power", ["power", "--at", At], $"/v1/power?at={At}")
        {
            Call = async (channel, headers) => await new ClusterService.ClusterServiceClient(channel).GetPowerAsync(new() { At = At }, headers),
        };
        yield return new("topology", ["topology"], "/v1/topology") { Call = async (channel, headers) => await new ClusterService.ClusterServiceClient(channel).GetTopologyAsync(new(), headers) };
        yield return new("problems", ["doctor"], "/v1/problems") { Call = async (channel, headers) => await new ClusterService.ClusterServiceClient(channel).ListProblemsAsync(new(), headers) };
        yield return Explain("gang", "llama", ns);
        yield return Explain("gang", "later", ns);
        yield return Explain("pod", "llama-3", ns);
        yield return Explain("pod", "solo", ns);
        yield return Explain("pod", "busy", ns);
        yield return new("explain node", ["explain", "node", "node-1", "--at", At], $"/v1/explain/nodes/node-1?at={At}") { Call = Explained(new() { Node = "node-1", At = At }) };
    }

    private static DoorQuestion Explain(string kind, string name, string ns) =>
        new($"explain {kind} {name}", ["explain", kind, name, "-n", ns, "--at", At], $"/v1/explain/namespaces/{ns}/{kind}s/{name}?at={At}")
        {
            Call = Explained(kind == "pod" ? new() { Pod = name, Namespace = ns, At = At } : new() { Gang = name, Namespace = ns, At = At }),
        };

    private static Func<GrpcChannel, Metadata, Task<IMessage>> Explained(ExplainRequest request) =>
        async (channel, headers) => await new PlacementService.PlacementServiceClient(channel).ExplainAsync(request, headers);

    private static DoorQuestion Report(string name, string ns, string[] jobs, params (string Key, string Value)[] whatIf)
    {
        var manifests = new JsonArray([.. jobs.Select(j => JsonNode.Parse(File.ReadAllText(j)))]);
        var changes = new JsonObject([.. whatIf.Select(w => KeyValuePair.Create(w.Key, (JsonNode?)new JsonArray(w.Value)))]);
        var source = string.Join(", ", jobs);
        return new(name, ["report", "--namespace", ns, "--at", At, .. jobs.SelectMany(j => new[] { "--job", j }), .. whatIf.SelectMany(w => new[] { $"--{w.Key}", w.Value })], "/v1/report")
        {
            Body = new JsonObject { ["jobs"] = manifests, ["source"] = source, ["namespace"] = ns, ["at"] = At, ["policy"] = new JsonObject { ["trustHints"] = true }, ["whatIf"] = changes }.ToJsonString(),
            Call = async (channel, headers) =>
            {
                var request = new ReportRequest { Manifests = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = manifests.DeepClone() }.ToJsonString(), Source = source, Namespace = ns, At = At, Policy = new() { TrustHints = true } };
                foreach (var (key, value) in whatIf)
                {
                    request.WhatIf ??= new();
                    (key == "drain" ? request.WhatIf.Drain : request.WhatIf.Budget).Add(value);
                }

                var list = await new PlacementService.PlacementServiceClient(channel).ReportAsync(request, headers);
                // It is a list here, also of one.
                return list.Reports.Count == 1 ? list.Reports[0] : list;
            },
        };
    }
}
