using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Testing.Builders;
using YamlDotNet.RepresentationModel;

namespace TopoScheduler.Testing.ThirdParty;

/// <summary>
/// A topograph model (switch tree, blocks of nodes with an accelerator domain and perhaps a sub-domain) turned into nodes labelled as topograph labels them: tier 0 is the
/// leaf. Nodes are given four GB200 GPUs each.
/// </summary>
public static partial class TopographModel
{
    /// <summary>GPUs per node.</summary>
    public const int Gpus = 4;

    /// <summary>The cluster of a model, empty.</summary>
    /// <param name="name">Its name, such as <c>nvl72</c>.</param>
    public static ClusterSnapshot Load(string name)
    {
        var root = YamlTree.Load(ThirdPartyData.Require("topograph", "models", $"{name}.yaml"));
        var parentOf = root.Find("switches").Entries()
            .SelectMany(s => s.Value.Find("switches").Items().Select(child => (Child: child.Text()!, Parent: s.Key)))
            .ToDictionary(p => p.Child, p => p.Parent);
        var nodes = root.Find("blocks").Items().SelectMany(block => block.Find("nodes").Items()
            .SelectMany(range => Expand(range.Text()!))
            .Select(node => Node(node, PathFrom(block.Find("switch").Text()!, parentOf), block.Find("annotations"))));
        return ClusterSnapshot.Create(nodes, []);
    }

    /// <summary>The names of a node range: <c>srv11[01-08]</c> is <c>srv1101</c> to <c>srv1108</c>.</summary>
    public static IEnumerable<string> Expand(string range)
    {
        var match = RangePattern().Match(range);
        if (!match.Success) return [range];
        var (from, to) = (match.Groups["from"].Value, match.Groups["to"].Value);
        var first = int.Parse(from, CultureInfo.InvariantCulture);
        var count = int.Parse(to, CultureInfo.InvariantCulture) - first + 1;
        var digits = $"D{from.Length}";
        return Enumerable.Range(first, count)
            .Select(i => match.Groups["head"].Value + i.ToString(digits, CultureInfo.InvariantCulture) + match.Groups["tail"].Value);
    }

    private static List<string> PathFrom(string leaf, Dictionary<string, string> parentOf)
    {
        var path = new List<string> { leaf };
        while (parentOf.TryGetValue(path[^1], out var parent)) path.Add(parent);
        return path;
    }

    private static NodeInfo Node(string name, List<string> path, YamlNode? annotations)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, string>();
        labels["kubernetes.io/hostname"] = name;
        labels["nvidia.com/gpu.product"] = "NVIDIA-GB200";
        labels["nvidia.com/gpu.count"] = Gpus.ToString(CultureInfo.InvariantCulture);
        for (var tier = 0; tier < path.Count; tier++) labels[$"fabric.topograph.run/tier-{tier}"] = path[tier];
        foreach (var kind in new[] { "domain", "sub-domain" })
        {
            if (annotations.Find($"accelerator.topology.test/{kind}").Text() is { } accelerator) labels[$"accelerator.topograph.run/{kind}"] = accelerator;
        }

        var resources = ClusterBuilder.Allocatable(Gpus, 110);
        return NodeMapper.Map(new NodeFields(name, $"uid-{name}", labels.ToImmutable(), resources, resources, [], false, true));
    }

    [GeneratedRegex(@"^(?<head>.*)\[(?<from>\d+)-(?<to>\d+)\](?<tail>.*)$")]
    private static partial Regex RangePattern();
}
