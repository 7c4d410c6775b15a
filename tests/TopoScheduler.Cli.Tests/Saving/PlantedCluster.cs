using System.Globalization;
using System.Text;

namespace TopoScheduler.Cli.Tests.Saving;

/// <summary>
/// A cluster of every kind of object that is saved. Its names all hold <see cref="Name"/>, refer to each other as in real clusters, and wherever an object has room for
/// what is nobody's business there is <see cref="Secret"/>.
/// </summary>
internal static class PlantedCluster
{
    /// <summary>What names hold.</summary>
    public const string Name = "acme";

    /// <summary>What must not be saved under any name.</summary>
    public const string Secret = "hunter2";

    private const int Nodes = 60;

    private const string Container =
        """{name: acme-main, image: hunter2, command: [hunter2], args: [hunter2], env: [{name: T, value: hunter2}], envFrom: [{secretRef: {name: hunter2}}], volumeMounts: [{name: x, mountPath: /hunter2}], resources: {requests: {cpu: "8"}, limits: {nvidia.com/gpu: "4"}}}""";

    private const string Around =
        "serviceAccountName: hunter2, imagePullSecrets: [{name: hunter2}], hostAliases: [{ip: 10.0.0.1, hostnames: [hunter2]}]";

    private const string Kinds = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: acme-ml, labels: {team: acme-team}, annotations: {owner: hunter2}}
        ---
        apiVersion: scheduling.k8s.io/v1
        kind: PriorityClass
        metadata: {name: acme-high}
        value: 1000
        description: hunter2
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: acme-data, namespace: acme-ml, annotations: {x: hunter2}, labels: {x: hunter2}}
        spec: {volumeName: acme-disk, storageClassName: hunter2, dataSource: {name: hunter2}}
        status: {capacity: {storage: hunter2}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: acme-zoned, namespace: acme-ml}
        spec: {volumeName: acme-zoned-disk}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: acme-disk, labels: {x: hunter2}, annotations: {pv.kubernetes.io/provisioned-by: hunter2}}
        spec:
          storageClassName: hunter2
          csi: {driver: hunter2, volumeHandle: hunter2, nodeStageSecretRef: {name: hunter2}, volumeAttributes: {server: hunter2}}
          claimRef: {name: hunter2}
          nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [acme-n1, acme-n2]}]}]}}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: acme-zoned-disk, labels: {topology.kubernetes.io/zone: acme-z1__acme-z3}}
        spec: {nfs: {server: hunter2, path: /hunter2}}
        ---
        apiVersion: resource.k8s.io/v1
        kind: ResourceClaimTemplate
        metadata: {name: acme-imex, namespace: acme-ml}
        spec: {spec: {devices: {requests: [{name: hunter2, exactly: {deviceClassName: compute-domain-default-channel.nvidia.com}}], config: [{opaque: {driver: hunter2, parameters: {a: hunter2}}}]}}}
        ---
        apiVersion: resource.k8s.io/v1
        kind: ResourceClaim
        metadata: {name: acme-nic, namespace: acme-ml}
        spec: {devices: {requests: [{name: nic, exactly: {deviceClassName: acme-nic, selectors: [{cel: {expression: hunter2}}]}}]}}
        status: {allocation: {devices: {results: [{driver: hunter2, pool: hunter2, device: hunter2}]}}, reservedFor: [{name: hunter2}]}
        ---
        apiVersion: resource.nvidia.com/v1beta1
        kind: ComputeDomain
        metadata: {name: acme-domain, namespace: acme-ml}
        spec: {numNodes: 2, channel: {resourceClaimTemplate: {name: acme-channel}}}
        ---
        apiVersion: kai.scheduler/v1alpha1
        kind: Topology
        metadata: {name: acme-topology}
        spec: {levels: [{alias: acme-rack, nodeLabel: toposcheduler.io/leaf}]}
        ---
        apiVersion: topology.volcano.sh/v1alpha1
        kind: HyperNode
        metadata: {name: acme-hyper}
        spec: {tier: 1, members: [{selector: {exactMatch: {name: hunter2}}}]}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: acme-fit, namespace: acme-ml, uid: acme-uid-1, annotations: {x: hunter2}, managedFields: [{manager: hunter2}]}
        spec:
          parallelism: 2
          completions: 2
          completionMode: Indexed
          template:
            metadata: {labels: {app: acme-fit}, annotations: {example.test/token: hunter2, kai.scheduler/topology: acme-topology, kai.scheduler/topology-required-placement: acme-rack}}
            spec:
              serviceAccountName: hunter2
              imagePullSecrets: [{name: hunter2}]
              priorityClassName: acme-high
              volumes: [{name: acme-vol, persistentVolumeClaim: {claimName: acme-data}}, {name: s, secret: {secretName: hunter2}}, {name: c, configMap: {name: hunter2}}]
              containers: [CONTAINER]
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: acme-zoned, namespace: acme-ml}
        spec: {template: {spec: {volumes: [{name: acme-vol, persistentVolumeClaim: {claimName: acme-zoned}}, {name: acme-lost, persistentVolumeClaim: {claimName: acme-lost}}], containers: [CONTAINER]}}}
        ---
        apiVersion: batch/v1
        kind: Job
        metadata: {name: acme-claims, namespace: acme-ml}
        spec: {parallelism: 2, template: {spec: {resourceClaims: [{name: acme-ch, resourceClaimTemplateName: acme-channel}, {name: acme-im, resourceClaimTemplateName: acme-imex}, {name: acme-n, resourceClaimName: acme-nic}], containers: [CONTAINER]}}}
        ---
        apiVersion: jobset.x-k8s.io/v1alpha2
        kind: JobSet
        metadata: {name: acme-set, namespace: acme-ml, uid: acme-uid-2, labels: {kueue.x-k8s.io/queue-name: acme-queue}}
        spec:
          network: {subdomain: hunter2}
          replicatedJobs:
          - name: acme-head
            template: {spec: {template: {spec: {containers: [CONTAINER]}}}}
          - name: worker
            replicas: 2
            template:
              metadata: {annotations: {alpha.jobset.sigs.k8s.io/exclusive-topology: toposcheduler.io/leaf, x: hunter2}}
              spec:
                template:
                  spec:
                    serviceAccountName: hunter2
                    imagePullSecrets: [{name: hunter2}]
                    affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {jobset.sigs.k8s.io/replicatedjob-name: acme-head}}}]}}
                    containers: [CONTAINER]
        ---
        apiVersion: leaderworkerset.x-k8s.io/v1
        kind: LeaderWorkerSet
        metadata: {name: acme-lws, namespace: acme-ml, uid: acme-uid-3}
        spec: {replicas: 2, leaderWorkerTemplate: {size: 2, leaderTemplate: {spec: {containers: [CONTAINER]}}, workerTemplate: {spec: {containers: [CONTAINER]}}}}
        ---
        apiVersion: kubeflow.org/v1
        kind: PyTorchJob
        metadata: {name: acme-torch, namespace: acme-ml}
        spec:
          runPolicy: {schedulingPolicy: {minAvailable: 2, priorityClass: acme-high, queue: hunter2}}
          pytorchReplicaSpecs:
            Master: {template: {spec: {containers: [CONTAINER]}}}
            Worker: {replicas: 2, template: {spec: {affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: toposcheduler.io/leaf, labelSelector: {matchLabels: {training.kubeflow.org/job-role: master}}}]}}, containers: [CONTAINER]}}}
            Acme: {replicas: 2, template: {spec: {containers: [CONTAINER]}}}
        ---
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: ClusterTrainingRuntime
        metadata: {name: acme-runtime}
        spec: {mlPolicy: {numNodes: 2}, template: {spec: {replicatedJobs: [{name: dataset-initializer, template: {spec: {template: {spec: {containers: [CONTAINER]}}}}}, {name: node, template: {metadata: {labels: {trainer.kubeflow.org/trainjob-ancestor-step: trainer}}, spec: {template: {spec: {containers: [CONTAINER, {name: node, image: hunter2}]}}}}}]}}}
        ---
        apiVersion: trainer.kubeflow.org/v1alpha1
        kind: TrainJob
        metadata: {name: acme-train, namespace: acme-ml}
        spec: {runtimeRef: {name: acme-runtime}, trainer: {image: hunter2, command: [hunter2], env: [{name: A, value: hunter2}], numNodes: 2, resourcesPerNode: {limits: {nvidia.com/gpu: "2"}}}, podTemplateOverrides: [{spec: {serviceAccountName: hunter2}}]}
        ---
        apiVersion: batch.volcano.sh/v1alpha1
        kind: Job
        metadata: {name: acme-volcano, namespace: acme-ml, uid: acme-uid-4}
        spec: {queue: hunter2, minAvailable: 2, priorityClassName: acme-high, networkTopology: {mode: hard, highestTierAllowed: 1}, plugins: {env: [hunter2]}, tasks: [{name: acme-task, replicas: 2, template: {spec: {containers: [CONTAINER]}}}, {replicas: 1, template: {spec: {containers: [CONTAINER]}}}]}
        ---
        apiVersion: ray.io/v1
        kind: RayCluster
        metadata: {name: acme-ray, namespace: acme-ml}
        spec: {headGroupSpec: {rayStartParams: {a: hunter2}, template: {spec: {containers: [CONTAINER]}}}, workerGroupSpecs: [{groupName: acme-group, replicas: 1, rayStartParams: {a: hunter2}, template: {spec: {containers: [CONTAINER]}}}]}
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: acme-web, namespace: acme-ml, uid: acme-uid-5}
        spec: {serviceName: hunter2, replicas: 2, volumeClaimTemplates: [{metadata: {name: hunter2}, spec: {storageClassName: hunter2}}], template: {spec: {containers: [CONTAINER]}}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: acme-serve, namespace: acme-ml}
        spec: {replicas: 2, template: {metadata: {labels: {app: acme-serve}}, spec: {nodeSelector: {acme.test/pool: acme-pool}, tolerations: [{key: acme-taint, value: acme-value}], containers: [CONTAINER]}}}
        ---
        apiVersion: sparkoperator.k8s.io/v1beta2
        kind: SparkApplication
        metadata: {name: acme-spark, namespace: acme-ml}
        spec: {type: Python, image: hunter2, mainApplicationFile: hunter2, arguments: [hunter2], sparkConf: {a: hunter2}, hadoopConf: {a: hunter2}, driver: {cores: 1, memory: 2g, env: [{name: A, value: hunter2}], secrets: [{name: hunter2}]}, executor: {instances: 2, memory: 4g, gpu: {name: nvidia.com/gpu, quantity: 2}, envVars: {a: hunter2}, labels: {a: acme-spark}}}
        ---
        apiVersion: scheduling.x-k8s.io/v1alpha1
        kind: PodGroup
        metadata: {name: acme-pg, namespace: acme-ml, annotations: {x: hunter2}}
        spec: {minMember: 3, scheduleTimeoutSeconds: 10, topologyConstraint: {topology: acme-topology, requiredTopologyLevel: acme-rack}}
        status: {phase: hunter2}
        ---
        apiVersion: scheduling.k8s.io/v1alpha1
        kind: Workload
        metadata: {name: acme-workload, namespace: acme-ml}
        spec: {controllerRef: {apiGroup: batch, kind: Job, name: acme-zoned}, podGroupTemplates: [{name: acme-workers, schedulingPolicy: {gang: {minCount: 1}}}]}
        ---
        apiVersion: toposcheduler.io/v1alpha1
        kind: GangPlacement
        metadata: {name: job-acme-fit, namespace: acme-ml, uid: acme-uid-9, annotations: {a: hunter2}, managedFields: [{manager: hunter2}]}
        spec: {gang: {kind: Job, name: acme-fit, uid: acme-uid-1}, size: 2, min: 2, gpus: 8, other: hunter2}
        status: {phase: Planned, plan: [{node: acme-n2, members: "1", pods: [acme-fit-1-x5k2p]}], domain: acme-s1/acme-a, tier: leaf, message: acme waits, deadlines: [{what: acme ends, at: "2027-01-28T12:00:00Z"}], conditions: [{type: Ready, status: "False", message: acme is not}]}
        """;

    private const string Node = """
        apiVersion: v1
        kind: Node
        metadata: {name: acme-nINDEX, annotations: {x: hunter2}, labels: {kubernetes.io/hostname: acme-nINDEX, nvidia.com/gpu.product: NVIDIA-GB200, nvidia.com/gpu.count: "4", nvidia.com/gpu.clique: acme-fabric.LEAF, toposcheduler.io/spine: acme-s1, toposcheduler.io/leaf: acme-LEAF, topology.kubernetes.io/zone: acme-zINDEX, acme.test/pool: acme-pool}}
        spec: {providerID: hunter2, taints: [{key: acme-taint, value: acme-value, effect: EFFECT}]}
        status: {allocatable: {cpu: "96", memory: 1Ti, pods: "110", nvidia.com/gpu: "4"}, conditions: [{type: Ready, status: "True", message: hunter2}], addresses: [{address: hunter2}]}
        """;

    // Name, node (empty: it waits), labels, further metadata and spec.
    private static readonly (string Name, string Node, string Labels, string More)[] Pods =
    [
        ("acme-fit-0-x5k2p", "acme-n1", "batch.kubernetes.io/job-name: acme-fit, batch.kubernetes.io/controller-uid: acme-uid-1", ""),
        ("acme-fit-1-x5k2p", "", "batch.kubernetes.io/job-name: acme-fit, batch.kubernetes.io/controller-uid: acme-uid-1", ""),
        ("acme-set-acme-head-0-0", "", "jobset.sigs.k8s.io/jobset-name: acme-set, jobset.sigs.k8s.io/replicatedjob-name: acme-head", ""),
        ("acme-set-worker-0-0", "acme-n3", "jobset.sigs.k8s.io/jobset-name: acme-set, jobset.sigs.k8s.io/replicatedjob-name: worker", ""),
        ("acme-set-worker-1-0", "", "jobset.sigs.k8s.io/jobset-name: acme-set, jobset.sigs.k8s.io/replicatedjob-name: worker", ""),
        ("acme-web-1", "", "statefulset.kubernetes.io/pod-name: acme-web-1, apps.kubernetes.io/pod-index: \"1\"", ""),
        ("acme-web-0", "acme-n4", "statefulset.kubernetes.io/pod-name: acme-web-0, apps.kubernetes.io/pod-index: \"0\"", ""),
        ("acme-volcano-acme-task-1", "", "volcano.sh/job-name: acme-volcano, volcano.sh/task-spec: acme-task", ""),
        ("acme-member-10", "", "scheduling.x-k8s.io/pod-group: acme-pg", ""),
        ("acme-member-2", "", "scheduling.x-k8s.io/pod-group: acme-pg", ""),
        ("acme-alone", "", "app: acme-alone", "volumes: [{name: acme-vol, persistentVolumeClaim: {claimName: acme-data}}], priorityClassName: acme-high,"),
    ];

    /// <summary>The objects as YAML documents.</summary>
    public static string Yaml()
    {
        var text = new StringBuilder();
        for (var index = 1; index <= Nodes; index++)
        {
            var node = Node.Replace("INDEX", index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            node = node.Replace("LEAF", index <= Nodes / 2 ? "a" : "b", StringComparison.Ordinal).Replace("EFFECT", index == Nodes ? "NoSchedule" : "PreferNoSchedule", StringComparison.Ordinal);
            text.Append(node).Append("\n---\n");
        }

        foreach (var (name, node, labels, more) in Pods)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $$$"""
                apiVersion: v1
                kind: Pod
                metadata: {name: {{{name}}}, namespace: acme-ml, uid: acme-{{{name}}}, creationTimestamp: "2027-01-27T11:00:00Z", labels: {{{{labels}}}}, annotations: {x: hunter2}}
                spec: { {{{(node.Length > 0 ? $"nodeName: {node}," : "")}}} {{{more}}} {{{Around}}}, containers: [{{{Container}}}]}
                status: {phase: {{{(node.Length > 0 ? "Running" : "Pending")}}}, podIP: hunter2, conditions: [{type: PodScheduled, status: "False", message: acme has no room}]}
                ---

                """);
        }

        return text.Append(Kinds.Replace("CONTAINER", Container, StringComparison.Ordinal)).ToString();
    }
}
