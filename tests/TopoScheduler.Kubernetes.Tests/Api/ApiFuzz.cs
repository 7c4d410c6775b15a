using System.Text.Json;
using TopoScheduler.Kubernetes.Api.Auth;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.Tests.Files;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>Damaged answers of an API server and damaged kubeconfigs.</summary>
internal static class ApiFuzz
{
    /// <summary>Answers: frames of a watch, and lists.</summary>
    public static readonly string[] Answers =
    [
        """
        {"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"p","labels":{"a":"\u00e9"},"managedFields":[{"a":{}}]},"spec":{"containers":[{"resources":{"limits":{"nvidia.com/gpu":8}}}]}}}
        {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12","annotations":{"k8s.io/initial-events-end":"true"}}}}
        {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old","details":{"causes":[{"reason":"x"}],"retryAfterSeconds":1}}}
        """,
        """{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"t"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b","annotations":{}},"spec":{"env":[1]}}]}""",
    ];

    /// <summary>Kubeconfigs.</summary>
    public static readonly string[] Kubeconfigs =
    [
        """
        apiVersion: v1
        kind: Config
        current-context: main
        clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: "YWJj", tls-server-name: x, proxy-url: "http://u:pw@proxy:3128"}}]
        contexts: [{name: main, context: {cluster: c, user: u, namespace: ml}}]
        users: [{name: u, user: {client-certificate: a, client-key-data: "a2V5", tokenFile: token, as: jane, as-groups: [dev], as-user-extra: {scope: [a]},
          exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: [a], env: [{name: A, value: b}], interactiveMode: Never}}}]
        """,
        """{"current-context":"m","clusters":[{"name":"c","cluster":{"server":"https://h"}}],"contexts":[{"name":"m","context":{"cluster":"c"}}],"users":[]}""",
    ];

    /// <summary>Reads it as frames and as a list.</summary>
    public static void Answer(byte[] bytes)
    {
        Read(bytes, new TreeBuilder(new(), InputLimits.Default));
        Read(bytes, new ListTokens(new(new(), InputLimits.Default)));
    }

    /// <summary>Finds a connection in it.</summary>
    public static void Kubeconfig(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("config", bytes);
        Assert.NotNull(ConnectionFinder.Find(new() { Kubeconfig = file, Environment = _ => null }).Server.Host);
    }

    private static void Read(byte[] bytes, ITokenTaker taker)
    {
        using var stream = new PiecemealStream(bytes, 1 + (bytes.Length % 97));
        var feed = new JsonFeed(stream, InputLimits.Default);
        try
        {
            while (feed.RunAsync(taker, default).AsTask().GetAwaiter().GetResult())
            {
                Assert.True(taker is not TreeBuilder { Result: { Height: > Tree.MaxDepth + 1 } });
                if (taker is ListTokens { IsComplete: true })
                {
                    return;
                }
            }
        }
        catch (JsonException)
        {
            // The client tells it as an answer that cannot be understood.
        }
    }
}
