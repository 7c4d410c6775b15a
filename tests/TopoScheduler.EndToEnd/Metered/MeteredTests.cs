using System.Diagnostics;
using TopoScheduler.EndToEnd.Live;

namespace TopoScheduler.EndToEnd.Metered;

/// <summary>
/// Measured watts from a real Prometheus server. Two nodes of 2,300 W idle and 10,200 W at full stand under one PDU; a pod of 8 GPUs on the second takes 7,900 W more.
/// </summary>
public sealed class MeteredTests
{
    private const int StaleSeconds = 4;
    private static readonly (string, string) Stale = ("TELEMETRY__STALESECONDS", "4");
    private static readonly (string, string) Total = ("TELEMETRY__PDUQUERY", "pdu_power_watts{level=\"total\"}");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // From a change to its effect: a scrape, a question and an answer, on a busy machine.
    private static readonly TimeSpan Effect = TimeSpan.FromSeconds(20);

    [PrometheusFact]
    public async Task Filter_PduDrawsMuch_AdmitsNothingUntilItsExporterHasBeenGoneForAsLongAsReadingsAreBelieved()
    {
        await using var scene = await MeteredScene.StartAsync(Cluster(budgetWatts: 26_000, busy: false));

        // An exporter that stamps its samples leaves no trace in Prometheus when it ends.
        (scene.Exporter.Timestamps, scene.Exporter.Samples) = (true, Pdu(5_000));
        scene.Exporter.Begin();
        var (served, _) = await scene.ServeAsync(Stale, Total);
        await Eventually.HoldsAsync("the first sample is there", Patience, async () => await scene.AskAsync("pdu_power_watts{level=\"total\"}") == "5000");
        Assert.True(await scene.FitsAsync(served, "n2"));

        scene.Exporter.Samples = Pdu(20_000);
        await Eventually.HoldsAsync("20 kW of 26 leave no room for 7.9", Effect, async () => !await scene.FitsAsync(served, "n2"));

        scene.Exporter.End();
        var gone = Stopwatch.StartNew();
        await Eventually.HoldsAsync("reserved watts count again", Effect, () => scene.FitsAsync(served, "n2"));
        Assert.InRange(gone.Elapsed.TotalSeconds, StaleSeconds - 2.5, StaleSeconds + 5);
        Assert.Equal("20000", await scene.AskAsync("pdu_power_watts{level=\"total\"}"));

        scene.Exporter.Begin();
        await Eventually.HoldsAsync("it is measured again", Effect, async () => !await scene.FitsAsync(served, "n2"));
    }

    [PrometheusFact]
    public async Task Filter_ReadingsThatCannotBe_ReservedWattsCountAndTheReasonIsLogged()
    {
        await using var scene = await MeteredScene.StartAsync(Cluster(budgetWatts: 26_000, busy: false));
        scene.Exporter.Samples = Pdu(20_000);
        scene.Exporter.Begin();
        var (whole, wholeLog) = await scene.ServeAsync(Stale, Total);
        var (triple, tripleLog) = await scene.ServeAsync(Stale, ("TELEMETRY__PDUQUERY", "pdu_power_watts"));
        await Eventually.HoldsAsync("the whole is known", Effect, async () => !await scene.FitsAsync(whole, "n2"));

        // Total, phases and outlets are the same watts three times.
        await LogsAsync(tripleLog, "telemetry.pduQuery: 3 rows of p1, expected one");
        Assert.True(await scene.FitsAsync(triple, "n2"));

        foreach (var (watts, said) in new[] { (-300.0, "-300 W: expected watts of 0 or more"), (2e7, "20000000 W: expected at most twice the 20400 W"), (double.NaN, "NaN W: expected watts"), (90, "90 W: expected at least half") })
        {
            scene.Exporter.Samples = Pdu(watts);
            await LogsAsync(wholeLog, $"pdu/p1 has a reading of {said}");
            Assert.True(await scene.FitsAsync(whole, "n2"));
        }
    }

    // The sum over a node's GPUs must be over all of them.
    [PrometheusFact]
    public async Task Filter_GpusDrawLess_CountsOnlyWhileAllOfThemAreMeasured()
    {
        await using var scene = await MeteredScene.StartAsync(Cluster(budgetWatts: 18_500, busy: true));
        scene.Exporter.Samples = [.. Dcgm("n1", 80), .. Dcgm("n2", 75)];
        scene.Exporter.Begin();
        var (served, log) = await scene.ServeAsync(Stale, ("POWER__RECOVER", "true"), ("POWER__RECOVERSETTLESECONDS", "0"));
        await Eventually.HoldsAsync("0.6 kW of GPUs and 4.6 around them, 2.3, a guard of 1.8 and 7.9 more fit into 18.5", Effect, () => scene.FitsAsync(served, "n2"));

        scene.Exporter.Samples = [.. Dcgm("n1", 80).Where(s => !s.Item1.Contains("gpu=\"7\"", StringComparison.Ordinal)), .. Dcgm("n2", 75)];
        await LogsAsync(log, "telemetry.gpuQuery: 7 GPUs of n1 are summed up, expected all 8");
        await Eventually.HoldsAsync("reserved watts count again", Effect, async () => !await scene.FitsAsync(served, "n2"));
    }

    [PrometheusFact]
    public async Task Filter_NodesDrawLess_OnlyRecoverAdmitsMoreAndOnlyWhileItIsFresh()
    {
        await using var scene = await MeteredScene.StartAsync(Cluster(budgetWatts: 16_000, busy: true));
        scene.Exporter.Samples = [.. Dcgm("n1", 80), .. Dcgm("n2", 75), .. Kepler("n1", 3_000), .. Kepler("n2", 2_400)];
        scene.Exporter.Begin();
        var (careful, _) = await scene.ServeAsync(Stale);
        var (recovers, _) = await scene.ServeAsync(Stale, ("POWER__RECOVER", "true"), ("POWER__RECOVERSETTLESECONDS", "0"));

        await Eventually.HoldsAsync("5.4 kW, a guard of 1.6 and 7.9 more fit into 16", Effect, () => scene.FitsAsync(recovers, "n2"));
        Assert.False(await scene.FitsAsync(careful, "n2"));

        await scene.Prometheus.StopAsync();
        await Eventually.HoldsAsync("without Prometheus 12.5 kW are reserved, whatever is drawn", Effect, async () => !await scene.FitsAsync(recovers, "n2"));
    }

    private static Task LogsAsync(Func<IReadOnlyList<string>> log, string text) =>
        Eventually.HoldsAsync($"the log says {text}", Effect, () => Task.FromResult(log().Any(l => l.Contains(text, StringComparison.Ordinal))));

    // As a PDU exporter has it: the whole, its phases and its outlets.
    private static (string, double)[] Pdu(double watts) =>
    [
        ("pdu_power_watts{pdu=\"p1\",level=\"total\"}", watts), ("pdu_power_watts{pdu=\"p1\",level=\"phase\"}", watts), ("pdu_power_watts{pdu=\"p1\",level=\"outlet\"}", watts),
    ];

    // As DCGM's exporter has it: one row a GPU, and one more where a GPU is shared.
    private static (string, double)[] Dcgm(string node, double watts) =>
    [
        .. Enumerable.Range(0, 8).Select(i => ($"DCGM_FI_DEV_POWER_USAGE{{gpu=\"{i}\",UUID=\"GPU-{node}-{i}\",device=\"nvidia{i}\",modelName=\"NVIDIA H100 80GB HBM3\",Hostname=\"{node}\"}}", watts)),
        ($"DCGM_FI_DEV_POWER_USAGE{{gpu=\"0\",UUID=\"GPU-{node}-0\",device=\"nvidia0\",modelName=\"NVIDIA H100 80GB HBM3\",Hostname=\"{node}\",pod=\"shared\"}}", watts),
    ];

    // As Kepler has it of a BMC that knows power supplies, and of one that does not: there the node and a part of the node.
    private static (string, double)[] Kepler(string node, double watts) => node == "n1"
        ? [(Redfish(node, "PS1", "PowerSupply"), watts / 2), (Redfish(node, "PS2", "PowerSupply"), watts / 2)]
        : [(Redfish(node, "0", "PowerControl"), watts), (Redfish(node, "1", "PowerControl"), watts / 4)];

    private static string Redfish(string node, string id, string type) =>
        $"kepler_platform_watts{{source=\"redfish\",node_name=\"{node}\",bmc_id=\"b\",chassis_id=\"System.Embedded.1\",source_id=\"{id}\",source_type=\"{type}\"}}";

    private static string Cluster(int budgetWatts, bool busy)
    {
        string Node(string name) => $$"""
            ---
            apiVersion: v1
            kind: Node
            metadata:
              name: {{name}}
              labels:
                kubernetes.io/hostname: {{name}}
                toposcheduler.io/pdu: p1
                toposcheduler.io/pdu-power-budget-watts: "{{budgetWatts}}"
                toposcheduler.io/node-max-watts: "10200"
                toposcheduler.io/node-idle-watts: "2300"
                nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3
                nvidia.com/gpu.count: "8"
            status:
              allocatable: {cpu: "96", memory: 1Ti, pods: "110", nvidia.com/gpu: "8"}
              conditions: [{type: Ready, status: "True"}]

            """;
        const string Pod = """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: busy, namespace: ml, uid: busy}
            spec:
              nodeName: n1
              containers: [{name: c, resources: {limits: {nvidia.com/gpu: "8"}}}]
            status: {phase: Running}
            """;
        return Node("n1") + Node("n2") + (busy ? Pod : "");
    }
}
