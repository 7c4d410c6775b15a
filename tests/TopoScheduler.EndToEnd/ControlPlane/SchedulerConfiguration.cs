using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>The configuration file and the command line of a kube-scheduler, as its version reads them.</summary>
internal static class SchedulerConfiguration
{
    private const int RequestsPerSecond = 5000;

    /// <summary>The configuration file; JSON, which is YAML too.</summary>
    public static string Write(SchedulerOptions options, string kubeconfig, Version version)
    {
        var configuration = Common(options, kubeconfig, version);
        if (HasInsecurePort(version))
        {
            // It cannot be turned off here; left out, it would be 10251 on every address for each scheduler.
            var address = $"127.0.0.1:{LoopbackPort.Next()}";
            configuration["healthzBindAddress"] = address;
            configuration["metricsBindAddress"] = address;
        }

        return configuration.ToJsonString();
    }

    /// <summary>The command line.</summary>
    public static IEnumerable<string> Arguments(SchedulerOptions options, string file, int port) =>
        [$"--config={file}", "--bind-address=127.0.0.1", $"--secure-port={port}", "--authentication-skip-lookup", .. options.Flags];

    /// <summary>Whether components also listen without TLS unless told not to; newer ones do not know how to.</summary>
    public static bool HasInsecurePort(Version version) => version.Minor <= 22;

    private static JsonObject Common(SchedulerOptions options, string kubeconfig, Version version) => new()
    {
        ["apiVersion"] = $"kubescheduler.config.k8s.io/{version.Minor switch { >= 25 => "v1", >= 23 => "v1beta3", _ => "v1beta1" }}",
        ["kind"] = "KubeSchedulerConfiguration",
        ["clientConnection"] = new JsonObject { ["kubeconfig"] = kubeconfig, ["qps"] = RequestsPerSecond, ["burst"] = RequestsPerSecond },
        ["leaderElection"] = new JsonObject
        {
            ["leaderElect"] = options.LeaderElect,
            ["leaseDuration"] = "15s",
            ["renewDeadline"] = "10s",
            ["retryPeriod"] = "2s",
            ["resourceLock"] = "leases",
            ["resourceNamespace"] = "kube-system",
            ["resourceName"] = options.LeaseName,
        },
        ["percentageOfNodesToScore"] = options.PercentageOfNodesToScore,
        ["podInitialBackoffSeconds"] = options.PodInitialBackoffSeconds,
        ["podMaxBackoffSeconds"] = options.PodMaxBackoffSeconds,
        ["profiles"] = new JsonArray(new JsonObject { ["schedulerName"] = options.ProfileName ?? options.Name }),
        ["extenders"] = new JsonArray([.. options.Extenders.Select(e => (JsonNode)e.ToJson())]),
    };
}
