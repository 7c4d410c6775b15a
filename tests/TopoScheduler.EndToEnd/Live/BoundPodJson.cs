using System.Globalization;

namespace TopoScheduler.EndToEnd.Live;

/// <summary>A bound, running pod as an API server lists it, about 4 KB: labels, annotations, volumes, environment, tolerations, conditions, field owners.</summary>
internal static class BoundPodJson
{
    private static readonly string Environment = string.Join(',', Enumerable.Range(0, 16).Select(i => $$"""{"name":"SETTING_{{i}}","value":"value-of-setting-{{i}}"}"""));
    private static readonly string Tail = $$$"""
        "volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}},{"name":"config","configMap":{"name":"trainer","defaultMode":420}},{"name":"shm","emptyDir":{"medium":"Memory","sizeLimit":"64Gi"}},{"name":"token","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}}],"defaultMode":420}}],
        "containers":[{"name":"main","image":"registry.example/team/trainer:2026.1","command":["python","-m","train"],"args":["--config","/etc/trainer/config.yaml"],"env":[{{{Environment}}}],"resources":{"limits":{"cpu":"4","memory":"32Gi","nvidia.com/gpu":"1"},"requests":{"cpu":"4","memory":"32Gi","nvidia.com/gpu":"1"}},"volumeMounts":[{"name":"data","mountPath":"/data"},{"name":"config","mountPath":"/etc/trainer"},{"name":"shm","mountPath":"/dev/shm"},{"name":"token","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],
        "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","serviceAccountName":"default","priority":0,"enableServiceLinks":true,
        "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"nvidia.com/gpu","operator":"Exists","effect":"NoSchedule"}]}
        """.ReplaceLineEndings("");

    private const string Status = """
        "status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:10Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],"hostIP":"10.1.2.3","podIP":"10.4.5.6","startTime":"2026-01-01T00:00:00Z","containerStatuses":[{"name":"main","state":{"running":{"startedAt":"2026-01-01T00:00:09Z"}},"ready":true,"restartCount":0,"image":"registry.example/team/trainer:2026.1","imageID":"registry.example/team/trainer@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","started":true}],"qosClass":"Guaranteed"}
        """;

    /// <summary>The pod of a number: ten to a Deployment of its own.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="node">Its node.</param>
    /// <param name="listed">As a server lists it: with uid, version and status, which a create does not have.</param>
    public static string Of(int number, string node, bool listed)
    {
        var (app, hash) = (number / 10, (number / 10 * 2654435761L % 4294967296L).ToString("x8", CultureInfo.InvariantCulture));
        var uid = listed ? $"\"uid\":\"00000000-0000-4000-8000-{number:D12}\",\"resourceVersion\":\"{number + 1}\",\"creationTimestamp\":\"2026-01-01T00:00:00Z\"," : "";
        return $$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"trainer-{{app}}-{{hash}}-{{number}}","generateName":"trainer-{{app}}-{{hash}}-","namespace":"default",{{uid}}"labels":{"app":"trainer-{{app}}","pod-template-hash":"{{hash}}","team":"team-{{app % 50}}","app.kubernetes.io/managed-by":"Helm"},"annotations":{"prometheus.io/scrape":"true","prometheus.io/port":"9090","checksum/config":"{{hash}}{{hash}}{{hash}}{{hash}}","cni.example/ips":"10.{{number >> 16}}.{{(number >> 8) & 255}}.{{number & 255}}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"trainer-{{app}}-{{hash}}","uid":"00000000-0000-4000-9000-{{app:D12}}","controller":true,"blockOwnerDeletion":true}]},"spec":{"nodeName":"{{node}}",{{Tail}}{{(listed ? "," + Status : "")}}}
            """;
    }
}
