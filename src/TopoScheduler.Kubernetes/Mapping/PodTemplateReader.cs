using System.Collections.Immutable;
using TopoScheduler.Core;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Where a pod template stands.</summary>
/// <param name="Namespace">Namespace of its pods.</param>
/// <param name="Objects">What it may refer to.</param>
/// <param name="Occupies">The pod has its node already: claims and volumes no longer decide anything.</param>
/// <param name="AddedLabels">Labels its controller adds, which selectors may name.</param>
internal sealed record PodSetting(string Namespace, ClusterObjects Objects, bool Occupies, ImmutableDictionary<string, string> AddedLabels);

/// <summary>A pod template as read.</summary>
/// <param name="Template">What it asks for.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="NeedsNvLinkDomain">It claims an IMEX channel, so all members must share an NVLink domain.</param>
internal sealed record PodReading(PodTemplate Template, int Priority, bool NeedsNvLinkDomain);

/// <summary>Pod spec → what decides the nodes it may run on.</summary>
internal static class PodTemplateReader
{
    /// <summary>Reads a pod, or a pod template: an object with <c>metadata</c> and <c>spec</c>.</summary>
    public static PodReading Read(Field pod, PodSetting setting)
    {
        var spec = pod["spec"];
        var own = LabelReader.Read(pod["metadata"], "labels");
        var labels = setting.AddedLabels.IsEmpty ? own : setting.AddedLabels.SetItems(own);
        var requests = RequestReader.Read(spec);
        var devices = Devices(requests, spec);
        var needsNvLink = ClaimsImexChannel(spec, setting);
        var affinity = spec["affinity"];
        var pods = new AffinityReader(setting.Namespace, labels, setting.Objects);
        var required = affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
        var template = new PodTemplate
        {
            Namespace = setting.Namespace,
            Labels = labels,
            Requests = requests,
            Gpus = devices.Ranks,
            Power = new PodPower { Gpus = devices.Physical, CpuMilli = requests[ResourceList.Cpu], Trusted = true },
            NodeSelector = LabelReader.Read(spec, "nodeSelector"),
            NodeAffinity = required.IsMissing ? [] : SelectorReader.NodeTerms(required),
            Tolerations = [.. spec.Items("tolerations").Select(Toleration).OfType<Toleration>()],
            HostPorts = HostPorts(spec),
            Affinity = pods.Terms(affinity["podAffinity"]),
            AntiAffinity = pods.Terms(affinity["podAntiAffinity"]),
            Spread = pods.Spread(spec),
            VolumeAffinity = setting.Occupies ? [] : VolumeReader.Read(spec, setting.Namespace, setting.Objects),
            NodeName = NodeName(pod),
        };
        return new(template, PriorityReader.Read(spec, setting.Objects), needsNvLink);
    }

    /// <summary>The node a pod is bound or nominated to, or null.</summary>
    public static string? NodeName(Field pod) =>
        pod["spec"].Text("nodeName") is { Length: > 0 } bound ? bound :
        pod["status"].Text("nominatedNodeName") is { Length: > 0 } nominated ? nominated : null;

    private static DeviceCounts Devices(ResourceList requests, Field spec)
    {
        var devices = DeviceCounts.Of(requests);
        if (devices.Ranks > DeviceCounts.MostRanks)
        {
            spec.Problems.Error($"{spec.Path}: requests {devices.Ranks} accelerators for one pod, expected at most {DeviceCounts.MostRanks}.");
            return new(DeviceCounts.MostRanks, Math.Min(devices.Physical, DeviceCounts.MostRanks));
        }

        if (requests["aws.amazon.com/neuroncore"] > 0)
        {
            spec.Problems.Warning($"{spec.Path}: aws.amazon.com/neuroncore is a part of a device and counts as no rank; expected aws.amazon.com/neuron.");
        }

        return devices;
    }

    // Claims can hold GPUs that no request shows. Only an IMEX channel is understood: it asks for one NVLink domain.
    private static bool ClaimsImexChannel(Field spec, PodSetting setting)
    {
        var imex = false;
        foreach (var claim in spec.Items("resourceClaims"))
        {
            var template = claim.Text("resourceClaimTemplateName");
            var name = claim.Text("resourceClaimName");
            if (setting.Objects.IsImexChannel(setting.Namespace, template, name))
            {
                imex = true;
                continue;
            }

            var what = template is not null ? $"resourceclaimtemplate/{setting.Namespace}/{template}" : $"resourceclaim/{setting.Namespace}/{name ?? "?"}";
            if (setting.Occupies)
            {
                claim.Problems.Warning($"{claim.Path}: the devices of {what} are not counted.");
            }
            else
            {
                claim.Problems.Error(
                    $"{Problem.NotJudged}{claim.Path} uses {what}; expected device requests under resources.limits, "
                    + "or an IMEX channel claim whose ComputeDomain or template is in the input.");
            }
        }

        return imex;
    }

    private static Toleration? Toleration(Field toleration)
    {
        var op = toleration.Text("operator");
        if (op is not (null or "" or "Equal" or "Exists"))
        {
            toleration["operator"].Wrong("Equal or Exists");
            return null;
        }

        var exists = op == "Exists";
        var key = toleration.Text("key");
        if (string.IsNullOrEmpty(key) && !exists)
        {
            toleration["operator"].Wrong("Exists for a toleration without a key");
            return null;
        }

        return new(NullIfEmpty(key), exists, exists ? null : toleration.Text("value") ?? "", NullIfEmpty(toleration.Text("effect")));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // With host networking every container port is taken on the node. Sidecars hold their ports too.
    private static ImmutableArray<HostPort> HostPorts(Field spec)
    {
        var hostNetwork = spec.Flag("hostNetwork");
        var ports = new SortedSet<(int Port, string Protocol, string Ip)>();
        var containers = spec.Items("containers").Concat(spec.Items("initContainers").Where(c => c.Text("restartPolicy") == "Always"));
        foreach (var port in containers.SelectMany(c => c.Items("ports")))
        {
            var number = port.Whole("hostPort", ushort.MaxValue) ?? 0;
            if (number == 0 && hostNetwork)
            {
                number = port.Whole("containerPort", ushort.MaxValue) ?? 0;
            }

            if (number > 0)
            {
                ports.Add((number, NullIfEmpty(port.Text("protocol")) ?? "TCP", NullIfEmpty(port.Text("hostIP")) ?? "0.0.0.0"));
            }
        }

        return [.. ports.Select(p => new HostPort(p.Protocol, p.Ip, p.Port))];
    }
}
