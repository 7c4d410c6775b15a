namespace TopoScheduler.EndToEnd.Packaging;

/// <summary>The sets of values the chart is rendered with.</summary>
internal static class ValueSets
{
    private const string CertManager = "cert-manager.io/v1";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ValueSet> All { get; } =
    [
        new("defaults", "{}"),
        new("the oldest cluster with gates", "{}", "1.27.0"),
        new("the newest cluster", "{}", "1.36.2"),
        new("cert-manager is there", "{}", Apis: CertManager),
        new("cert-manager with an issuer of the cluster", "webhook: {certificate: {source: certManager, issuer: {kind: ClusterIssuer, name: internal}}}"),
        new("a certificate of somebody else's", "webhook: {certificate: {source: secret, secretName: mine, caBundle: \"-----BEGIN CERTIFICATE-----\\n\"}}"),
        new("no webhook", "webhook: {enabled: false}"),
        new("limits for every scheduler", "webhook: {bindings: {enabled: true}, excludedNamespaces: [monitoring]}"),
        new("only limits, no gates", "webhook: {enabled: false, bindings: {enabled: true, failurePolicy: Ignore}}"),
        new("a webhook that must answer", "webhook: {failurePolicy: Fail, timeoutSeconds: 5, port: 10443}"),
        new("extender on 1.20", "mode: extender", "1.20.2"),
        new("extender on 1.21", "mode: extender", "1.21.14"),
        new("extender on 1.22", "mode: extender", "1.22.0"),
        new("extender on 1.24", "mode: extender", "1.24.17"),
        new("extender on 1.25", "mode: extender", "1.25.0"),
        new("extender on a managed cluster", "mode: extender", "1.29.3-eks-1234abc"),
        new("extender with limits", "{mode: extender, webhook: {bindings: {enabled: true}}}", "1.31.0"),
        new("extender of another name", "{mode: extender, scheduler: {name: gpu, image: {tag: v1.30.1}, extraArgs: [\"--v=4\"], configuration: {podMaxBackoffSeconds: 5}, resources: {requests: {memory: 1Gi}}}}"),
        new("advisory", "mode: advisory"),
        new("advisory on 1.20", "mode: advisory", "1.20.2"),
        new("three replicas that keep apart", "{replicas: 3, antiAffinity: hard, topologySpreadConstraints: []}"),
        new("the platform chooses the user", "{runAsUser: null, runAsGroup: null}"),
        new("readings are pushed by whom the API server knows", "config: {telemetry: {push: true}}"),
        new("questions are asked by whom the API server knows", "config: {api: {enabled: true, plansAtOnce: 4}}"),
        new("readings are pushed with one token", "config: {telemetry: {push: true}, access: {tokenFile: /etc/toposcheduler/push/token}}"),
        new("questions are asked over HTTP and gRPC from outside the pod", "{tls: {secretName: certs, apiPort: 8890}, config: {api: {enabled: true}}}"),
        new("gRPC inside the pod", "{config: {listen: {grpcUrl: 'http://127.0.0.1:9090'}}}"),
        new("readings are pushed from outside the pod", "{tls: {secretName: certs, apiPort: 8890}, config: {telemetry: {push: true}}, networkPolicy: {apiFrom: [{namespaceSelector: {}}]}}"),
        new("a kube-scheduler with a client certificate", "{mode: extender, tls: {secretName: certs}, config: {listen: {url: \"https://127.0.0.1:8888\", certFile: /etc/toposcheduler/tls/tls.crt, keyFile: /etc/toposcheduler/tls/tls.key, clientCaFile: /etc/toposcheduler/tls/ca.crt}}, extraVolumes: [{name: client, secret: {secretName: client}}], scheduler: {tlsConfig: {caFile: /etc/client/ca.crt, certFile: /etc/client/tls.crt, keyFile: /etc/client/tls.key}, extraVolumeMounts: [{name: client, mountPath: /etc/client}]}}"),
        new("an autoscaler sees pods without gates", "config: {gangs: {scaleUp: ungate}}"),
        new("an autoscaler is asked", "config: {gangs: {scaleUp: provisioning-request, scaleUpAfterSeconds: 60}}"),
        new("no rank maps", "config: {gangs: {rankMaps: false}}"),
        new("settings of all sections", "config: {power: {trustedNamespaces: \"a,b\"}, extender: {holdSeconds: 90}, election: {leaseSeconds: 30}, log: {level: debug}}"),
        new("all of Prometheus and Grafana", "metrics: {serviceMonitor: {enabled: true, labels: {release: prometheus}}, prometheusRule: {enabled: true}, dashboard: {enabled: true}}"),
        new("metrics at a port of their own", "metrics: {port: 9090, serviceMonitor: {enabled: true}}"),
        new("an account of the administrator's", "{serviceAccount: {create: false, name: mine}, rbac: {create: false}}"),
        new("a kind of job of one's own", "rbac: {extraRules: [{apiGroups: [example.test], resources: [trainings], verbs: [get]}]}"),
        new("no policies", "{networkPolicy: {enabled: false}, podDisruptionBudget: {enabled: false}}"),
        new("narrow policies", "networkPolicy: {webhookFrom: [{ipBlock: {cidr: 10.0.0.0/28}}], healthFrom: [{namespaceSelector: {}}], extraEgress: [{ports: [{port: 9090}]}]}"),
        new("a cluster without IPv4", "listenAddress: \"[::]\""),
        new("a large cluster", "{size: large, priorityClassName: system-cluster-critical, tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]}"),
        new("resources of one's own", "resources: {requests: {cpu: 1, memory: 3Gi}, limits: {memory: 3Gi}}"),
        new("definitions come from elsewhere", "crds: {install: false}"),
        new("gates stay at the end", "uninstall: {removeGates: false}"),
        new("an image by its digest", "{image: {repository: registry.test/ai/toposched, digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, pullPolicy: Always}, imagePullSecrets: [{name: registry}]}"),
        new("another name, more volumes", "{fullnameOverride: placer, extraVolumes: [{name: certs, secret: {secretName: certs}}], extraVolumeMounts: [{name: certs, mountPath: /etc/certs}], extraEnv: [{name: TOPOSCHEDULER__LOG__LEVEL, value: debug}], podLabels: {team: ai}, podAnnotations: {a: b}, affinity: {nodeAffinity: {}}}"),
    ];
}
