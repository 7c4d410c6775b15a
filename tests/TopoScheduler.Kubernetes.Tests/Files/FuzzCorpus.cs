namespace TopoScheduler.Kubernetes.Tests.Files;

/// <summary>Whole inputs, from which the broken ones are made.</summary>
internal static class FuzzCorpus
{
    public static readonly string[] Files =
    [
        """
        {apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: v}, spec: {minAvailable: 2, networkTopology: {mode: hard, highestTierAllowed: 2}, tasks: [{name: t, replicas: 4, partitionPolicy: {partitionSize: 2, networkTopology: {mode: hard, highestTierAllowed: 1}}, template: {spec: {containers: [{}]}}}]}}
        ---
        {apiVersion: ray.io/v1, kind: RayCluster, metadata: {name: r}, spec: {enableInTreeAutoscaling: true, headGroupSpec: {template: {spec: {containers: [{}]}}}, workerGroupSpecs: [{groupName: g, replicas: 2, minReplicas: 1, maxReplicas: 4, numOfHosts: 2, template: {spec: {containers: [{}]}}}]}}
        ---
        {apiVersion: trainer.kubeflow.org/v1alpha1, kind: TrainJob, metadata: {name: t}, spec: {runtimeRef: {name: c}, trainer: {numNodes: 3, resourcesPerNode: {limits: {nvidia.com/gpu: 8}}}}}
        ---
        {apiVersion: trainer.kubeflow.org/v1alpha1, kind: ClusterTrainingRuntime, metadata: {name: c}, spec: {mlPolicy: {numNodes: 2}, template: {spec: {replicatedJobs: [{name: node, template: {spec: {template: {spec: {containers: [{name: node}]}}}}}]}}}}
        ---
        {apiVersion: sparkoperator.k8s.io/v1beta2, kind: SparkApplication, metadata: {name: s}, spec: {type: Python, memoryOverheadFactor: "0.2", driver: {cores: 1, memory: 512m}, executor: {instances: 2, memory: 4g, gpu: {name: nvidia.com/gpu, quantity: 1}, template: {spec: {containers: [{}]}}}}}
        """,
        """
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {replicas: 2, ordinals: {start: 3}, template: {metadata: {labels: {scheduling.x-k8s.io/pod-group: g}}, spec: {containers: [{}]}}}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 3, template: {metadata: {annotations: {kueue.x-k8s.io/podset-required-topology: cloud.provider.com/topology-rack, kai.scheduler/segment-size: "2"}}, spec: {containers: [{}]}}}}
        ---
        {apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: {name: g}, spec: {minMember: 2, networkTopology: {mode: soft}, topologyConstraint: {topology: t, requiredTopologyLevel: rack}, priorityClassName: p}}
        ---
        {apiVersion: kai.scheduler/v1alpha1, kind: Topology, metadata: {name: t}, spec: {levels: [{nodeLabel: cloud.provider.com/topology-rack, alias: rack}]}}
        ---
        {apiVersion: scheduling.k8s.io/v1alpha2, kind: Workload, metadata: {name: w}, spec: {controllerRef: {kind: Job, name: j}, podGroupTemplates: [{name: g, schedulingPolicy: {gang: {minCount: 2}}}]}}
        ---
        {apiVersion: jobset.x-k8s.io/v1alpha2, kind: JobSet, metadata: {name: e, annotations: {alpha.jobset.sigs.k8s.io/exclusive-topology: a/b}}, spec: {replicatedJobs: [{name: w, replicas: 2, template: {spec: {parallelism: 3, template: {metadata: {annotations: {kueue.x-k8s.io/podset-slice-required-topology: a/b, kueue.x-k8s.io/podset-slice-size: "2"}}, spec: {containers: [{}]}}}}}]}}
        ---
        {protocolVersion: 2, type: job, name: p, taskRoles: {t: {instances: 2, resourcePerInstance: {cpu: 4, memoryMB: 8192, gpu: 1}}}, extras: {hivedScheduler: {taskRoles: {t: {skuType: K80}}}}}
        """,
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
        """
        apiVersion: v1
        kind: NodeList
        items:
        - metadata: {name: n1, uid: u1, labels: {fabric.topograph.run/tier-0: l1, fabric.topograph.run/tier-1: s1, accelerator.topograph.run/domain: d1, nvidia.com/gpu.product: NVIDIA-GB200, nvidia.com/gpu.count: "4",
            toposcheduler.io/rack: r1, toposcheduler.io/pdu: p1, toposcheduler.io/pdu-b: p2, toposcheduler.io/row: w1, toposcheduler.io/facility: f1, toposcheduler.io/rack-power-budget-watts: "120000",
            toposcheduler.io/pdu-power-budget-watts: "200000", toposcheduler.io/row-power-budget-watts: "900000", toposcheduler.io/feed: A, toposcheduler.io/cooling: liquid, toposcheduler.io/node-max-watts: "5400",
            toposcheduler.io/node-idle-watts: "1400", toposcheduler.io/powered: "true", toposcheduler.io/gpu-power-cap: enforced}}
          status: {capacity: {cpu: "144", memory: 900Gi, pods: "110", nvidia.com/gpu: "4"}}
        - {metadata: {name: n2, labels: {topology.k8s.aws/network-node-layer-1: a, topology.k8s.aws/network-node-layer-2: b, topology.k8s.aws/network-node-layer-3: c, node.kubernetes.io/instance-type: p5.48xlarge}}}
        - {metadata: {name: n3, labels: {cloud.google.com/gce-topology-block: b, cloud.google.com/gce-topology-subblock: s, nvidia.com/gpu.replicas: "4", nvidia.com/mig.strategy: single}}, status: {allocatable: {nvidia.com/mig-1g.10gb: "7"}}}
        """,
        """
        {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j","namespace":"ml","annotations":{"toposcheduler.io/preferred-topology":"leaf","toposcheduler.io/preferred-for":"10m"}},
         "spec":{"parallelism":4,"completions":4,"completionMode":"Indexed","template":{"metadata":{"labels":{"app":"a"},"annotations":{"toposcheduler.io/gpu-watts":"600","toposcheduler.io/gpu-watts-min":"400"}},
         "spec":{"priorityClassName":"p","nodeSelector":{"a":"b"},"overhead":{"cpu":"100m"},"containers":[{"name":"c","resources":{"requests":{"cpu":"1.5","memory":"1e9"},"limits":{"nvidia.com/gpu":"8"}}}]}}}}
        {"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"p"},"value":1000,"globalDefault":true}
        """,
        """
        apiVersion: v1
        kind: Node
        metadata: {name: n1, labels: {toposcheduler.io/rack: r7, toposcheduler.io/pdu: p1, toposcheduler.io/pdu-b: p2}}
        status: {allocatable: {cpu: "64", pods: "110"}}
        ---
        apiVersion: toposcheduler.io/v1alpha1
        kind: PowerDomain
        metadata: {name: r7}
        spec:
          kind: rack
          parent: pdu/p1
          budgetWatts: 50000
          baseWatts: 1200
          redundancy: N+1
          units: 5
          derate: 0.8
          coolingWatts: 45000
          schedule:
          - {name: once, budgetWatts: 20000, start: "2027-01-31T16:00:00Z", end: "2027-01-31T18:00:00+01:00"}
          - {name: weekly, budgetWatts: 0, days: [Mon, Sun], from: "22:00", to: "06:30", timeZone: Europe/Berlin}
        ---
        {apiVersion: toposcheduler.io/v1alpha1, kind: PowerDomain, metadata: {name: p}, spec: {kind: pdu, name: p1, parent: facility/f, redundancy: 2N, budgetWatts: 200000}}
        """,
    ];

    /// <summary>Quantities.</summary>
    public static readonly string[] Quantities = ["8", "500m", "1.5", "64Gi", "1e3", "12E", "0.5Ki", "+3", "100n", "7e-3", "9007199254740992", "1E3"];

    /// <summary>Durations.</summary>
    public static readonly string[] Durations = ["36h", "10m", "90s", "1h30m", "1.5h", "250ms", "1h1m1s1ms"];

    /// <summary>Files of readings.</summary>
    public static readonly string[] Readings =
    [
        """{"readings":[{"kind":"rack","name":"r7","watts":31250.5,"at":"2026-11-26T10:00:00Z"},{"kind":"nodeGpus","name":"n1","watts":1e3,"at":"2026-11-26T10:00:00+01:00"}]}""",
        "readings:\n- {kind: pdu, name: p1, watts: 5, at: 2026-11-26T10:00:00Z}\n- kind: facility\n  name: f\n  watts: 7.5\n  at: 2026-11-26T10:00:00.5-08:00\n",
    ];

    /// <summary>Annotations: key and value.</summary>
    public static readonly string[] Annotations =
    [
        "gang=llama", "gang-size=4", "gang-min=3", "required-topology=leaf", "preferred-topology=nvlink-domain", "preferred-for=10m", "segment-size=2", "segment-topology=leaf",
        "parallelism=tp=8,pp=4,dp=1", "rank-order=tp-pp-dp", "workload=pretrain", "model=params=70e9,active-params=7e9,precision=bf16", "allreduce-bytes=4.4e9", "alltoall-bytes=1e6",
        "p2p-bytes=5", "expected-duration=36h", "dataset=ml/imagenet", "gpu-watts=700", "gpu-watts-min=560", "spares=2/nvlink-domain",
    ];
}
