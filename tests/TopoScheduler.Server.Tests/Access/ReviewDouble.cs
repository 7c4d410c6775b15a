using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Access;

/// <summary>How an API server answers reviews: three tokens are known, and one of their users may push readings and ask questions.</summary>
internal sealed class ReviewDouble
{
    private static readonly HashSet<(string?, string?)> Rights =
    [
        ("powerreadings", "create"), ("placementreports", "create"), ("capacityreports", "get"), ("powerreports", "get"), ("topologies", "get"), ("doctorreports", "get"), ("explanations", "get"),
        ("gangplacements", "list"), ("gangplacements", "get"), ("gangplacements", "watch"), ("topologies", "watch"), ("powerreports", "watch"), ("descriptors", "get"),
    ];

    /// <summary>Its user may do what there is to do.</summary>
    public const string Right = "token-of-the-exporter";

    /// <summary>Its user may nothing.</summary>
    public const string Unauthorised = "token-of-a-bystander";

    /// <summary>It was known once.</summary>
    public const string Expired = "token-of-last-week";

    /// <summary>What every review asked, in order: kind and spec.</summary>
    public ConcurrentQueue<(string Kind, JsonObject Spec)> Asked { get; } = new();

    /// <summary>Fails every review with this status; 0: it answers.</summary>
    public int Fails { get; set; }

    /// <summary>The user is not allowed any more, or its token was revoked.</summary>
    public bool Revoked { get; set; }

    /// <summary>The audiences of all tokens.</summary>
    public string[] Audiences { get; set; } = [];

    /// <summary>How many reviews of a kind were asked for.</summary>
    public int Count(string kind) => Asked.Count(a => a.Kind == kind);

    /// <summary>Answers reviews and leaves the rest.</summary>
    public async Task<bool> AnswerAsync(HttpContext context)
    {
        if (!(context.Request.Path.Value ?? "").EndsWith("reviews", StringComparison.Ordinal)) return false;
        if (Fails != 0)
        {
            await FakeApiServer.StatusAsync(context, Fails, "InternalError", "no reviews today");
            return true;
        }

        var review = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
        var spec = (JsonObject)review["spec"]!;
        Asked.Enqueue(((string)review["kind"]!, (JsonObject)spec.DeepClone()));
        review["status"] = (string)review["kind"]! == "TokenReview" ? OfToken((string)spec["token"]!) : OfAccess(spec);
        context.Response.StatusCode = 201;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(review.ToJsonString());
        return true;
    }

    private JsonObject OfToken(string token)
    {
        var name = token switch { Right => "exporter", Unauthorised => "bystander", _ => null };
        if (name is null || Revoked) return new() { ["authenticated"] = false, ["error"] = "token has expired or was never issued" };
        return new()
        {
            ["authenticated"] = true,
            ["audiences"] = new JsonArray([.. Audiences.Select(a => (JsonNode)a)]),
            ["user"] = new JsonObject
            {
                ["username"] = $"system:serviceaccount:ml:{name}",
                ["uid"] = "u1",
                ["groups"] = new JsonArray("system:serviceaccounts", "system:authenticated"),
                ["extra"] = new JsonObject { ["authentication.kubernetes.io/pod-name"] = new JsonArray("p") },
            },
        };
    }

    private static JsonObject OfAccess(JsonObject spec)
    {
        var wish = spec["resourceAttributes"]!;
        var may = (string?)spec["user"] == "system:serviceaccount:ml:exporter" && (string?)wish["group"] == "toposcheduler.io" && Rights.Contains(((string?)wish["resource"], (string?)wish["verb"]));
        return new() { ["allowed"] = may };
    }
}
