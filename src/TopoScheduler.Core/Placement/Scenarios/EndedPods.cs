using System.Globalization;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement.Reports;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>Gangs and lone pods that are to have ended: those named, and all below a priority. DaemonSet and mirror pods do not end.</summary>
internal sealed class EndedPods
{
    private const string Field = "finish";

    private readonly ScenarioProblems _problems;
    private readonly Dictionary<string, List<PodInfo>> _podsOf = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<PodInfo>> _named = new(StringComparer.Ordinal);
    private readonly HashSet<PodInfo> _ended = new(ReferenceEqualityComparer.Instance);
    private ScenarioChange? _below;

    /// <summary>Nobody yet.</summary>
    public EndedPods(ClusterSnapshot cluster, ScenarioProblems problems)
    {
        _problems = problems;
        for (var n = 0; n < cluster.Nodes.Length; n++)
        {
            foreach (var pod in cluster.PodsOf(n))
            {
                if (pod.IsDaemon) continue;
                var id = DisplacedGangs.KeyOf(pod).Id;
                if (!_podsOf.TryGetValue(id, out var pods)) _podsOf.Add(id, pods = []);
                pods.Add(pod);
            }
        }
    }

    /// <summary>Reads one that is named.</summary>
    public void Read(string text)
    {
        if (_podsOf.TryGetValue(text, out var pods)) _named.TryAdd(text, pods);
        else if (text.Count(c => c == '/') != 2) _problems.Wrong(Field, text, "is not understood; expected kind/namespace/name such as \"job/ml/llama\" or \"pod/ml/shell\"");
        else _problems.Wrong(Field, text, _podsOf.Count == 0 ? "nothing runs on the cluster; expected what does" : $"runs nowhere on the cluster; expected {_problems.CloseTo(text, _podsOf.Keys)}");
    }

    /// <summary>Everything below a priority has ended.</summary>
    public void Below(int priority)
    {
        var (gangs, count) = (0, 0);
        foreach (var pods in _podsOf.Values)
        {
            if (pods.Max(p => p.Priority) >= priority) continue;
            _ended.UnionWith(pods);
            (gangs, count) = (gangs + 1, count + pods.Count);
        }

        _below = new(
            ScenarioChangeKind.Finish,
            string.Create(CultureInfo.InvariantCulture, $"priority below {priority}"),
            $"{ReportText.Count(gangs, "gang or lone pod", "gangs and lone pods")} ended, {ReportText.Count(count, "pod")}");
    }

    /// <summary>Whether a pod has ended.</summary>
    public bool Contains(PodInfo pod) => _ended.Contains(pod);

    /// <summary>Ends them, and says so.</summary>
    public IEnumerable<ScenarioChange> Apply()
    {
        foreach (var (id, pods) in _named)
        {
            _ended.UnionWith(pods);
            yield return new(ScenarioChangeKind.Finish, id, $"{ReportText.Count(pods.Count, "pod")} ended");
        }

        if (_below is not null) yield return _below;
    }
}
