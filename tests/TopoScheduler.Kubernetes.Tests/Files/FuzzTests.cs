using System.Text;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>Damaged input gives an <see cref="InputException"/> or an answer with problems, nothing else.</summary>
public sealed class FuzzTests
{
    private const int RoundsPerSeed = 700;

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ":", ",", "\"", "'", "\n", "\n  ", "- ", "---\n", "&a ", "*a", "<<: *a", "!!binary ", "|", ">", "#", "\t", "\\u0000", "\u0000", "\uFFFD", "null", "~",
        "true", "-1", "1e999", "99999999999999999999", "0x10", "1Ei", "2147483647", "4000000000", "100000", "items", "spec", "kind", "metadata", "template", "replicas: 9", "List",
    ];

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, Inputs.Length)];

    private static readonly string[] Inputs =
    [
        """
        apiVersion: jobset.x-k8s.io/v1alpha2
        kind: JobSet
        metadata: &m {name: s, annotations: {toposcheduler.io/parallelism: "tp=8,dp=4", toposcheduler.io/required-topology: leaf, toposcheduler.io/gang-min: "3"}}
        spec:
          replicatedJobs:
          - name: w
            replicas: 2
            template:
              spec:
                parallelism: 2
                completions: 2
                template:
                  metadata: {annotations: {toposcheduler.io/workload: batch, toposcheduler.io/segment-size: "2", toposcheduler.io/segment-topology: nvlink-domain}}
                  spec:
                    containers: [{resources: {limits: {nvidia.com/gpu: 8}, requests: {cpu: 500m, memory: 1.5Gi}}, ports: [{hostPort: 80}]}]
                    tolerations: [{key: a, operator: Exists}]
                    affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: k, labelSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}]}}
                    topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, minDomains: 2}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: w-0, annotations: {toposcheduler.io/gang: g, toposcheduler.io/gang-size: "4"}}
        spec: {containers: [{}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], resourceClaims: [{name: r, resourceClaimTemplateName: t}]}
        """,
        """
        {"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","labels":{"toposcheduler.io/leaf":"l1","toposcheduler.io/rack-power-budget-watts":"40000","nvidia.com/gpu.count":"8"}},
         "spec":{"taints":[{"key":"a","effect":"NoSchedule"}],"unschedulable":false},"status":{"allocatable":{"cpu":"64","memory":"512Gi","nvidia.com/gpu":"8"},"conditions":[{"type":"Ready","status":"True"}]}},
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"ml","uid":"u","ownerReferences":[{"kind":"DaemonSet"}]},"spec":{"nodeName":"n1","priority":3,
         "containers":[{"resources":{"limits":{"nvidia.com/mig-3g.40gb":"2"}}}],"initContainers":[{"restartPolicy":"Always"}]},"status":{"phase":"Running"}},
        {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},"spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}]}}}}
        ]}
        """,
        """
        apiVersion: leaderworkerset.x-k8s.io/v1
        kind: LeaderWorkerSet
        metadata: {name: v}
        spec: {replicas: 2, leaderWorkerTemplate: {size: 3, leaderTemplate: {spec: {containers: [{}]}}, workerTemplate: &w {spec: {containers: [{resources: {limits: {amd.com/gpu: 8}}}]}}}}
        ---
        apiVersion: kubeflow.org/v2beta1
        kind: MPIJob
        metadata: {name: m}
        spec: {runPolicy: {schedulingPolicy: {minAvailable: 2}}, mpiReplicaSpecs: {Launcher: {template: {spec: {containers: [{}]}}}, Worker: {replicas: 2, template: {spec: {nodeSelector: {a: b}}}}}}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: j}
        spec: {parallelism: 4, completionMode: Indexed, template: {metadata: {annotations: {toposcheduler.io/model: "params=7e9,precision=fp8", toposcheduler.io/preferred-for: 1h30m}}, spec: {hostNetwork: true}}}
        """,
    ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Read_DamagedBytes_NeverCrashes(int input)
    {
        var random = new Random(20_000 + input);
        var valid = Encoding.UTF8.GetBytes(Inputs[input]);
        Assert.Null(Record.Exception(() => ReadBoth(valid)));
        var refused = 0;
        for (var round = 0; round < RoundsPerSeed; round++)
        {
            var bytes = Damage(valid, random);
            try
            {
                ReadBoth(bytes);
            }
            catch (InputException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"round {round}: {e.GetType().Name}: {e}\n{Encoding.UTF8.GetString(bytes)}");
            }
        }

        // Both outcomes must be common, or the damage is too light or too heavy to mean anything.
        Assert.InRange(refused, RoundsPerSeed / 10, RoundsPerSeed * 9 / 10);
    }

    private static void ReadBoth(byte[] bytes)
    {
        var limits = InputLimits.Default with { ValuesPerObject = 20_000 };
        var jobs = JobReader.Read(ObjectSource.Objects(new MemoryStream(bytes), "fuzz", limits), "fuzz", new JobCollector(null));
        var cluster = ClusterReader.Read(ObjectSource.Objects(new MemoryStream(bytes), "fuzz", limits), "fuzz");

        foreach (var gang in jobs.Gangs)
        {
            Assert.True(gang.Size >= 1 && gang.MinMembers >= 1 && gang.MinMembers <= gang.Size && gang.Gpus >= 0);
            Assert.All(gang.Roles, r => Assert.True(r.PodNames.IsEmpty || r.PodNames.Length == r.Count));
        }

        Assert.All(cluster.Pods, p => Assert.NotEmpty(p.NodeName));
        Assert.All(jobs.Problems.Concat(cluster.Problems), p => Assert.NotEmpty(p.Object));
    }

    private static byte[] Damage(byte[] valid, Random random)
    {
        var bytes = valid.ToList();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                case 3:
                    Replace(bytes, at, Tokens[random.Next(Tokens.Length)]);
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
            }

            if (bytes.Count == 0)
            {
                break;
            }
        }

        return [.. bytes];
    }

    // A whole word becomes another: structure stays, meaning goes.
    private static void Replace(List<byte> bytes, int at, string token)
    {
        var end = at;
        while (end < bytes.Count && char.IsAsciiLetterOrDigit((char)bytes[end]))
        {
            end++;
        }

        while (at > 0 && char.IsAsciiLetterOrDigit((char)bytes[at - 1]))
        {
            at--;
        }

        bytes.RemoveRange(at, end - at);
        bytes.InsertRange(at, Encoding.UTF8.GetBytes(token));
    }
}
