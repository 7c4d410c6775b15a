using System.Text.Json.Nodes;
using TopoScheduler.EndToEnd.ControlPlane;

namespace TopoScheduler.EndToEnd.Gates;

/// <summary>The real API server, with a namespace and a custom resource of its own.</summary>
internal sealed class RealWorld(KubeApi api) : ServerWorld
{
    public async Task PrepareAsync()
    {
        await api.CreateNamespaceAsync(Space);
        var schema = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        await api.CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"gangtests.{Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = Group,
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject { ["kind"] = "GangTest", ["plural"] = "gangtests" },
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = "v1alpha1",
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["schema"] = new JsonObject { ["openAPIV3Schema"] = schema },
                }),
            },
        });
        await Live.Eventually.HoldsAsync(
            "the custom resource is served",
            TimeSpan.FromSeconds(60),
            async () => (await SendAsync("GET", $"/apis/{Group}/v1alpha1/namespaces/{Space}/gangtests", null, "")).Code == 200);
    }

    protected override async Task<(int Code, JsonObject Body)> SendAsync(string method, string path, string? body, string type)
    {
        try
        {
            var answer = await api.SendAsync(new(method), path, body is null ? null : JsonNode.Parse(body), type);

            // Only a creation answers 201, and the plain client does not tell it from 200.
            return (method == "POST" ? 201 : 200, answer);
        }
        catch (HttpRequestException e)
        {
            // Its handler failed, and with it the connection.
            return (0, new() { ["reason"] = e.Message });
        }
        catch (KubeApiException e)
        {
            return ((int)e.Code, e.Answer.StartsWith('{') ? (JsonObject)JsonNode.Parse(e.Answer)! : []);
        }
    }
}
