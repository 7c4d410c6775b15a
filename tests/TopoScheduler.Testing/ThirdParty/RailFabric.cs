using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace TopoScheduler.Testing.ThirdParty;

/// <summary>
/// Real InfiniBand fabrics as labelled nodes. Both are rail-optimised: every host has one adapter on each of several leaf switches, so the unit of one hop is
/// not a switch but the group of hosts that share leaves. Phases: (1) hosts that share a leaf are one group, named after its first leaf; (2) groups whose
/// leaves share an upper switch are one wider group; (3) group names become switch labels, and the leaves a host reaches, against those a host should
/// reach, become a pair of health labels.
/// </summary>
public sealed partial class RailFabric
{
    /// <summary>GPUs given to every node.</summary>
    public const int Gpus = 8;

    private readonly SortedDictionary<string, SortedSet<string>> _leavesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _uplinks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _unnamed = new(StringComparer.Ordinal);

    private RailFabric()
    {
    }

    /// <summary>Hosts by name, each with the labels a labelling tool would give it.</summary>
    public IEnumerable<(string Name, ImmutableSortedDictionary<string, string> Labels)> Nodes()
    {
        var group = Components(_leavesOf);
        var leavesOfGroup = _leavesOf.GroupBy(h => group[h.Key], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => new SortedSet<string>(g.SelectMany(h => h.Value), StringComparer.Ordinal), StringComparer.Ordinal);
        var wider = Components(leavesOfGroup.ToDictionary(g => g.Key, g => new SortedSet<string>(g.Value.SelectMany(l => _uplinks.GetValueOrDefault(l) ?? []), StringComparer.Ordinal), StringComparer.Ordinal));
        var rails = leavesOfGroup.Values.Max(l => l.Count);
        foreach (var (host, leaves) in _leavesOf)
        {
            yield return (host, Base(host)
                .Add("fabric.topograph.run/tier-0", group[host]).Add("fabric.topograph.run/tier-1", wider[group[host]])
                .Add("ib.coreweave.cloud/leaves.expected", Text(rails)).Add("ib.coreweave.cloud/leaves.current", Text(leaves.Count)));
        }

        // An adapter without a host name cannot be matched to a node, so its node gets no switch label.
        foreach (var (name, leaves) in leavesOfGroup.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            for (var i = 0; i < leaves.Max(l => _unnamed.GetValueOrDefault(l)); i++) yield return ($"unnamed-{name}-{i}".ToLowerInvariant(), Base($"unnamed-{i}"));
        }
    }

    /// <summary>The nodes as a cluster file.</summary>
    public string ToYaml()
    {
        var yaml = new StringBuilder("apiVersion: v1\nkind: List\nitems:\n");
        foreach (var (name, labels) in Nodes())
        {
            yaml.Append(CultureInfo.InvariantCulture, $"- {{apiVersion: v1, kind: Node, metadata: {{name: {name}, labels: {{{string.Join(", ", labels.Select(l => $"{l.Key}: \"{l.Value}\""))}}}}}, ");
            yaml.Append(CultureInfo.InvariantCulture, $"status: {{allocatable: {{cpu: \"96\", memory: 1Ti, pods: \"110\", nvidia.com/gpu: \"{Gpus}\"}}}}}}\n");
        }

        return yaml.ToString();
    }

    /// <summary>The dump of a fabric of DGX machines by ibnetdiscover.</summary>
    public static RailFabric Ibnetdiscover()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(ThirdPartyData.Require("topograph", "ibnetdiscover", "example.out.gz")), CompressionMode.Decompress));
        var fabric = new RailFabric();
        string? at = null;
        while (reader.ReadLine() is { } line)
        {
            if (SwitchLine().Match(line) is { Success: true } header) at = header.Groups["name"].Value;
            else if (line.StartsWith("Ca", StringComparison.Ordinal)) at = null;
            else if (at is not null && PortLine().Match(line) is { Success: true } port) fabric.AddPort(at, port.Groups["kind"].Value, port.Groups["name"].Value);
        }

        return fabric;
    }

    /// <summary>The switch tree and the adapters of 16 hosts on Azure. Switches name each other, so only leaves count as being below others.</summary>
    public static RailFabric Azure()
    {
        var hostOf = File.ReadLines(ThirdPartyData.Require("azure-cyclecloud-slurm", "ib_sharp", "nodes_guids.txt")).Select(l => l.Split(':', StringSplitOptions.TrimEntries))
            .Where(p => p.Length == 2).ToDictionary(p => p[1], p => p[0], StringComparer.Ordinal);
        var fabric = new RailFabric();
        foreach (var line in File.ReadLines(ThirdPartyData.Require("azure-cyclecloud-slurm", "ib_sharp", "topology.txt")))
        {
            if (TreeLine().Match(line) is not { Success: true } found) continue;
            var (name, below) = (found.Groups["name"].Value, found.Groups["below"].Value.Split(','));
            foreach (var child in below)
            {
                if (found.Groups["kind"].Value == "Nodes") fabric.AddHost(hostOf[child], name);
                else fabric.AddUplink(child, name);
            }
        }

        return fabric;
    }

    private void AddPort(string leaf, string kind, string text)
    {
        var host = text.Split(' ')[0];
        if (kind == "S") AddUplink(leaf, text.Split(';', ':') is [_, var upper, ..] ? upper : text);
        else if (host.Contains("-dgx-", StringComparison.Ordinal)) AddHost(host, leaf);
        else if (text.StartsWith("MT4129 ConnectX7", StringComparison.Ordinal)) _unnamed[leaf] = _unnamed.GetValueOrDefault(leaf) + 1;
    }

    private void AddHost(string host, string leaf)
    {
        if (!_leavesOf.TryGetValue(host, out var leaves)) _leavesOf[host] = leaves = new(StringComparer.Ordinal);
        leaves.Add(leaf);
    }

    private void AddUplink(string below, string above)
    {
        if (!_uplinks.TryGetValue(below, out var uplinks)) _uplinks[below] = uplinks = new(StringComparer.Ordinal);
        uplinks.Add(above);
    }

    /// <summary>Things that share a switch, directly or through others, are one component, named after its ordinally first switch.</summary>
    private static Dictionary<string, string> Components(IReadOnlyDictionary<string, SortedSet<string>> switchesOf)
    {
        var nameOf = switchesOf.Values.SelectMany(s => s).Distinct(StringComparer.Ordinal).ToDictionary(s => s, s => s, StringComparer.Ordinal);
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var switches in switchesOf.Values)
            {
                var first = switches.Select(s => nameOf[s]).Min(StringComparer.Ordinal)!;
                foreach (var s in switches.Where(s => nameOf[s] != first))
                {
                    nameOf[s] = first;
                    changed = true;
                }
            }
        }

        return switchesOf.ToDictionary(h => h.Key, h => nameOf[h.Value.Min!], StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, string> Base(string host) => ImmutableSortedDictionary<string, string>.Empty
        .Add("kubernetes.io/hostname", host).Add("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3").Add("nvidia.com/gpu.count", Text(Gpus));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("""^Switch\s.*#\s"MF0;(?<name>[^:"]+)""")]
    private static partial Regex SwitchLine();

    [GeneratedRegex("""^\[\d+\]\s+"(?<kind>[HS])-[0-9a-f]+"\[.*#\s"(?<name>[^"]*)""")]
    private static partial Regex PortLine();

    [GeneratedRegex("^SwitchName=(?<name>\\S+)\\s+(?<kind>Nodes|Switches)=(?<below>\\S+)")]
    private static partial Regex TreeLine();
}
