using System.Text;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Power;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Commands that mend labels.</summary>
internal static class Commands
{
    /// <summary>Stands in a fix for the names of the nodes the finding is about.</summary>
    public const string Nodes = "\u0001\u0001";

    // Stands around what is filled in: nothing for node names, a label key for a selector of power domains. Values of labels cannot hold it, because
    // Quote takes control characters out of them.
    private const char Mark = '\u0001';

    private const string NodePrefix = "node/";
    private const int MostNamed = 16;

    /// <summary>Sets a label on the nodes the finding is about.</summary>
    public static string Set(string key, string value) => $"kubectl label node {Nodes} {Quote(key)}={Quote(value)} --overwrite";

    /// <summary>Takes a label off the nodes the finding is about.</summary>
    public static string Remove(string key) => $"kubectl label node {Nodes} {Quote(key)}-";

    /// <summary>Sets a label on named nodes.</summary>
    public static string SetOn(IReadOnlyCollection<string> nodes, string key, string value) => $"kubectl label node {Names(nodes)} {key}={Quote(value)} --overwrite";

    /// <summary>Sets a label on every node below a power domain.</summary>
    public static string SetBelow(ClusterSnapshot cluster, PowerDomain domain, string key, string value) =>
        $"kubectl label node -l {Mark}{SelectorKey(cluster, domain)}{Mark} {key}={Quote(value)} --overwrite";

    /// <summary>Sets the budget of a power domain.</summary>
    public static string SetBudget(ClusterSnapshot cluster, PowerDomain domain, string value) => SetBelow(cluster, domain, Key(domain.Kind) + PowerLabels.BudgetSuffix, value);

    /// <summary><c>1 node</c>, <c>4 nodes</c></summary>
    public static string Count(int nodes) => nodes == 1 ? "1 node" : $"{nodes} nodes";

    /// <summary>Our key of a rung of the power tree.</summary>
    public static string Key(PowerDomainKind kind) => kind switch
    {
        PowerDomainKind.Rack => PowerLabels.Rack,
        PowerDomainKind.Pdu => PowerLabels.Pdu,
        PowerDomainKind.Row => PowerLabels.Row,
        _ => PowerLabels.Facility,
    };

    /// <summary>The fix with the objects of the finding in it.</summary>
    public static string Fill(string fix, IReadOnlyList<string> objects)
    {
        var filled = new StringBuilder();
        var parts = fix.Split(Mark);
        for (var i = 0; i < parts.Length; i++)
        {
            // Every second part stood between marks.
            if (i % 2 == 0) filled.Append(parts[i]);
            else if (parts[i].Length > 0) filled.Append(Selector(parts[i], objects));
            else filled.Append(Names([.. objects.Where(o => o.StartsWith(NodePrefix, StringComparison.Ordinal)).Select(o => o[NodePrefix.Length..])]));
        }

        return filled.ToString();
    }

    private static string Names(IReadOnlyCollection<string> nodes) => nodes.Count switch
    {
        0 => "<node>",
        <= MostNamed => string.Join(' ', nodes.Select(Quote)),
        _ => $"{string.Join(' ', nodes.Take(MostNamed).Select(Quote))} <and {nodes.Count - MostNamed} more>",
    };

    // The rack may be named by a provider's key; select by the label that is really there.
    private static string SelectorKey(ClusterSnapshot cluster, PowerDomain domain)
    {
        var labels = cluster.Nodes[domain.Nodes[0]].Labels;
        var keys = domain.Kind switch
        {
            PowerDomainKind.Rack => PowerLabels.RackKeys,
            PowerDomainKind.Pdu => [PowerLabels.Pdu, PowerLabels.PduB],
            var kind => [Key(kind)],
        };
        return keys.FirstOrDefault(k => labels.TryGetValue(k, out var value) && value == domain.Name) ?? keys[0];
    }

    // key=r1, or 'key in (r1,r2)'.
    private static string Selector(string key, IReadOnlyList<string> objects)
    {
        List<string> names = [.. objects.Select(o => o[(o.IndexOf('/', StringComparison.Ordinal) + 1)..])];
        if (names.Count == 1) return $"{key}={Quote(names[0])}";
        var more = names.Count > MostNamed ? $",<and {names.Count - MostNamed} more>" : "";
        return $"'{key} in ({string.Join(',', names.Take(MostNamed).Select(NodeLabels.Shorten)).Replace("'", "'\\''", StringComparison.Ordinal)}{more})'";
    }

    /// <summary>A value as a shell should read it: names come from labels of strangers. Placeholders stay as they are.</summary>
    public static string Quote(string value)
    {
        var safe = NodeLabels.Shorten(value);
        if (safe is ['<', .. var words, '>'] && words.All(c => char.IsAsciiLetter(c) || c is ' ' or '-')) return safe;
        return safe.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/') ? safe : $"'{safe.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
