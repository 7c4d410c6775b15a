using System.Globalization;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>Which member a pod is: its index where a controller wrote one, else its place by name, numbers in it compared as numbers.</summary>
internal static class PodOrder
{
    /// <summary>Labels or annotations in which controllers write the index of a pod.</summary>
    internal static readonly string[] IndexKeys =
    [
        "batch.kubernetes.io/job-completion-index", "apps.kubernetes.io/pod-index", "training.kubeflow.org/replica-index", "leaderworkerset.sigs.k8s.io/worker-index",
        "volcano.sh/task-index",
    ];

    /// <summary>The index a controller wrote on a pod, or the largest number when there is none.</summary>
    public static int IndexOf(Tree pod)
    {
        foreach (var key in IndexKeys)
        {
            foreach (var map in new[] { pod["metadata"]["labels"], pod["metadata"]["annotations"] })
            {
                if (int.TryParse(map[key].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                {
                    return index;
                }
            }
        }

        return int.MaxValue;
    }

    /// <summary>The number a name ends in, as in <c>worker-12</c>; null when it ends in none.</summary>
    public static int? NumberAtEnd(string name)
    {
        var dash = name.LastIndexOf('-');
        return dash >= 0 && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue / 2
            ? number
            : null;
    }
}
