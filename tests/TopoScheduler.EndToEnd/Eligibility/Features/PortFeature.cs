using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility.Features;

/// <summary>NodePorts: addresses, protocols, the address that means all, host networking, ports of init containers.</summary>
internal sealed class PortFeature : Feature
{
    /// <inheritdoc/>
    public override string Name => "ports";

    /// <inheritdoc/>
    public override void OnScene(Scene scene, Dice dice)
    {
        foreach (var node in scene.Nodes)
        {
            // No port twice on a node: kube-scheduler forgets it when the first of the two pods has finished.
            var taken = new HashSet<(int, string, string)>();
            for (var p = dice.Between(2, 5); p > 0; p--)
            {
                var pod = scene.AddPod(node, dice.Pick(scene.Spaces[0], scene.Spaces[1]), dice.Pick(PodFate.Stays, PodFate.Stays, PodFate.Terminates, PodFate.Finishes));
                AddPorts(pod, taken, dice);
            }
        }
    }

    /// <inheritdoc/>
    public override void OnPod(Scene scene, NodeDraft node, PodDraft pod, Dice dice) => AddPorts(pod, [], dice);

    private static void AddPorts(PodDraft pod, HashSet<(int, string, string)> taken, Dice dice)
    {
        var onHost = dice.Chance(20);
        if (onHost)
        {
            pod.Spec["hostNetwork"] = true;
            pod.Tags.Add("port:host network");
        }

        for (var i = dice.Between(1, 3); i > 0; i--)
        {
            var (number, address, protocol) = (dice.Between(80, 81), dice.Pick("", "0.0.0.0", "10.0.0.1", "10.0.0.2", "::1"), dice.Pick("", "TCP", "UDP", "SCTP"));
            if (!taken.Add((number, address.Length > 0 ? address : "0.0.0.0", protocol.Length > 0 ? protocol : "TCP"))) continue;
            var container = i == 1 ? pod.Main : pod.AddContainer();
            if (dice.Chance(10))
            {
                container = pod.AddInitContainer();
                pod.Tags.Add("port:init container");
            }

            var port = new JsonObject { ["containerPort"] = number };
            if (!onHost || dice.Chance(50)) port["hostPort"] = number;
            if (address.Length > 0) port["hostIP"] = address;
            if (protocol.Length > 0) port["protocol"] = protocol;
            pod.Tags.Add($"port:{(protocol.Length > 0 ? protocol : "no protocol")}");
            pod.Tags.Add($"port:{(address.Length > 0 ? address : "no address")}");
            container["ports"] = new JsonArray(port);
        }
    }
}
