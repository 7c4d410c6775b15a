namespace TopoScheduler.Kubernetes.Saving;

/// <summary>Words that controllers put into the names of roles and pods, or tell a role by: they name nobody's work.</summary>
internal static class RoleWords
{
    private static readonly HashSet<string> All = new(StringComparer.OrdinalIgnoreCase)
    {
        "launcher", "master", "worker", "workers", "chief", "ps", "evaluator", "head", "headgroup", "leader", "replica", "driver", "executor", "node", "trainer", "dataset",
        "model", "initializer",
    };

    /// <summary>True for such a word; Volcano's unnamed tasks are <c>default0</c> and so on.</summary>
    public static bool Contains(string word) =>
        All.Contains(word) || (word.StartsWith("default", StringComparison.Ordinal) && word.AsSpan("default".Length).IndexOfAnyExceptInRange('0', '9') < 0);
}
