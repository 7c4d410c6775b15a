using TopoScheduler.Core;
using TopoScheduler.Core.Cluster;

namespace TopoScheduler.Kubernetes.Labels.Lint;

/// <summary>Fixes of single labels. Their messages begin with <c>label KEY="VALUE"</c>.</summary>
internal static class ValueFixes
{
    private const string Start = "label ";
    private const string Hint = "did you mean ";

    /// <summary>The key a message is about.</summary>
    public static string KeyOf(Problem problem)
    {
        var end = problem.Message.IndexOf('=', StringComparison.Ordinal);
        return end > Start.Length ? problem.Message[Start.Length..end] : "<key>";
    }

    /// <summary>A value that cannot be read: the example the message gives, else the first word it expects.</summary>
    public static string WrongValue(Problem problem)
    {
        var message = problem.Message;
        var expected = message.LastIndexOf("\": expected ", StringComparison.Ordinal);
        var example = message.IndexOf("for example \"", Math.Max(0, expected), StringComparison.Ordinal);
        var open = message.IndexOf('"', example >= 0 ? example : expected + 1);
        var close = open < 0 ? -1 : message.IndexOf('"', open + 1);
        return Commands.Set(KeyOf(problem), close > open ? message[(open + 1)..close] : "<value>");
    }

    /// <summary>A key nobody reads: the one that is meant in its place, else away with it.</summary>
    public static string UnknownKey(ClusterSnapshot cluster, Problem problem)
    {
        var key = KeyOf(problem);
        var hint = problem.Message.LastIndexOf(Hint, StringComparison.Ordinal);
        var node = cluster.IndexOf(problem.Object["node/".Length..]);
        if (hint < 0 || node < 0 || !cluster.Nodes[node].Labels.TryGetValue(key, out var value)) return Commands.Remove(key);
        var meant = problem.Message[(hint + Hint.Length)..].Trim('"', '?', '.', ' ');
        return $"kubectl label node {Commands.Nodes} {Commands.Quote(key)}- {Commands.Quote(meant)}={Commands.Quote(value)}";
    }
}
