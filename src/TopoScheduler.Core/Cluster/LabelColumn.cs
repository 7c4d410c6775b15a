using System.Collections.Immutable;

namespace TopoScheduler.Core.Cluster;

/// <summary>
/// One node label as a column: the nodes grouped by its value. A rule about the label is judged once per distinct value instead of once per
/// node. Domains are numbered in the order of their first node, so the column depends on the node order only.
/// </summary>
internal sealed class LabelColumn
{
    private LabelColumn(string key, int[] domainOf, string[] values, int[] sizes)
    {
        Key = key;
        DomainOf = domainOf;
        Values = values;
        Sizes = sizes;
        SingleNodes = Array.TrueForAll(sizes, static size => size == 1);
    }

    /// <summary>The label key.</summary>
    public string Key { get; }

    /// <summary>Domain by node index; -1 for nodes without the label. Do not write to it.</summary>
    public int[] DomainOf { get; }

    /// <summary>The value, by domain.</summary>
    public string[] Values { get; }

    /// <summary>How many nodes each domain has.</summary>
    public int[] Sizes { get; }

    /// <summary>True when every domain is one node, as with <c>kubernetes.io/hostname</c>.</summary>
    public bool SingleNodes { get; }

    /// <summary>Reads the column of a key.</summary>
    public static LabelColumn Read(ImmutableArray<NodeInfo> nodes, string key)
    {
        var domainOf = new int[nodes.Length];
        var domainOfValue = new Dictionary<string, int>(StringComparer.Ordinal);
        var values = new List<string>();
        var sizes = new List<int>();
        for (var n = 0; n < domainOf.Length; n++)
        {
            if (!nodes[n].Labels.TryGetValue(key, out var value))
            {
                domainOf[n] = -1;
                continue;
            }

            if (!domainOfValue.TryGetValue(value, out var domain))
            {
                domain = values.Count;
                domainOfValue.Add(value, domain);
                values.Add(value);
                sizes.Add(0);
            }

            domainOf[n] = domain;
            sizes[domain]++;
        }

        return new(key, domainOf, [.. values], [.. sizes]);
    }
}
