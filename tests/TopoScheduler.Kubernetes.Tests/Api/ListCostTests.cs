using System.Diagnostics;
using System.Globalization;
using System.Text;
using TopoScheduler.Kubernetes.Api.Json;
using TopoScheduler.Kubernetes.Files;
using Xunit.Abstractions;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>What reading a long list costs. The bound on bytes is a tenth above what was measured; time is only told.</summary>
public sealed class ListCostTests(ITestOutputHelper output)
{
    private const int Pods = 10_000;
    private const int MostBytesPerPod = 5_500;
    private const int Runs = 3;

    // As the API server writes a pod of a training job.
    private const string Template = """
        {"metadata":{"name":"trainer-#NUMBER#","generateName":"trainer-","namespace":"ml-#TEAM#","uid":"#UID#","resourceVersion":"1#NUMBER#","creationTimestamp":"2030-01-01T00:00:00Z",
        "labels":{"app":"trainer","batch.kubernetes.io/job-name":"llama-#JOB#","batch.kubernetes.io/job-completion-index":"#RANK#","team":"research"},"annotations":{"toposcheduler.io/gang":"llama-#JOB#","toposcheduler.io/gang-size":"64"},
        "ownerReferences":[{"apiVersion":"batch/v1","kind":"Job","name":"llama-#JOB#","uid":"job-#JOB#","controller":true,"blockOwnerDeletion":true}],
        "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2030-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:toposcheduler.io/gang":{}},"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:team":{}},"f:ownerReferences":{".":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:command":{},"f:env":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{".":{},"f:limits":{".":{},"f:nvidia.com/gpu":{}}}}}}}}]},
        "spec":{"volumes":[{"name":"kube-api-access","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}}],"defaultMode":420}}],
        "containers":[{"name":"main","image":"registry.example/train:1","command":["python","train.py"],"env":[{"name":"RANK","value":"#RANK#"},{"name":"NCCL_DEBUG","value":"INFO"},{"name":"MASTER_ADDR","value":"trainer-0.trainer.ml"}],
        "resources":{"limits":{"cpu":"64","memory":"900Gi","nvidia.com/gpu":"8"},"requests":{"cpu":"64","memory":"900Gi","nvidia.com/gpu":"8"}},"volumeMounts":[{"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],
        "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Never","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","serviceAccount":"default","nodeName":"node-#NODE#",
        "securityContext":{},"schedulerName":"topo-scheduler","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},
        "status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"2030-01-01T00:00:01Z"},{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2030-01-01T00:00:09Z"},{"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"2030-01-01T00:00:01Z"}],
        "hostIP":"10.0.0.1","podIP":"10.1.0.1","podIPs":[{"ip":"10.1.0.1"}],"startTime":"2030-01-01T00:00:01Z","containerStatuses":[{"name":"main","state":{"running":{"startedAt":"2030-01-01T00:00:08Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"registry.example/train:1","imageID":"registry.example/train@sha256:0123456789abcdef","containerID":"containerd://#NUMBER#","started":true}],"qosClass":"Guaranteed"}}
        """;

    [Fact]
    public async Task Read_TenThousandPods_AllocatesLittle()
    {
        var list = List();
        await ReadAsync(list);

        // Code that is not optimised yet allocates more: the least of a few runs is what reading takes, and what a defect would raise in each of them.
        var (least, fastest) = (long.MaxValue, TimeSpan.MaxValue);
        for (var run = 0; run < Runs; run++)
        {
            // Memory never makes the reader wait, so that all of it runs on this thread.
            var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            Assert.Equal(Pods, await ReadAsync(list));
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Pods);
            fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Pods} pods, {list.Length / Pods} bytes each: {fastest.TotalMilliseconds:F0} ms, {least} bytes allocated a pod"));
        Assert.InRange(least, 1, MostBytesPerPod);
    }

    private static async Task<int> ReadAsync(byte[] list)
    {
        using var stream = new MemoryStream(list);
        var tokens = new ListTokens(new(new(), InputLimits.Default));
        var feed = new JsonFeed(stream, InputLimits.Default);
        var count = 0;
        while (await feed.RunAsync(tokens, default) && !tokens.IsComplete)
        {
            count += tokens.Item!["spec"]["nodeName"].Text.Length > 0 ? 1 : 0;
        }

        return count;
    }

    private static byte[] List()
    {
        var text = new StringBuilder("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[");
        for (var i = 0; i < Pods; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(Pod(i));
        }

        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    private static string Pod(int i) => Template
        .Replace("#NUMBER#", $"{i}", StringComparison.Ordinal)
        .Replace("#JOB#", $"{i / 64}", StringComparison.Ordinal)
        .Replace("#RANK#", $"{i % 64}", StringComparison.Ordinal)
        .Replace("#TEAM#", $"{i % 7}", StringComparison.Ordinal)
        .Replace("#NODE#", $"{i % 1250}", StringComparison.Ordinal)
        .Replace("#UID#", new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString(), StringComparison.Ordinal);
}
