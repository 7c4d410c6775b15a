using System.Globalization;
using System.Text.Json.Nodes;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Server.Tests.Gangs;

/// <summary>
/// An independent eye on the API server: keeps books of its own from the history alone, and says what must never be. It shares no code with the controller.
/// What others do counts from the moment the process was told; what the process itself did counts at once.
/// </summary>
internal sealed class GangTruth
{
    private readonly FakeObjects _objects;
    private readonly Dictionary<string, PodFacts> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Rack, int Budget)> _toldNodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Node, int Gpus)> _toldStrangers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _succeeded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _toldMembers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private long _version;

    public GangTruth(FakeObjects objects) => _objects = objects;

    /// <summary>Gates that came off.</summary>
    public int Releases { get; private set; }

    /// <summary>What must never be, and was.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>The process was told something.</summary>
    public void Told(FakeEvent e)
    {
        var name = (string)e.Object["metadata"]!["name"]!;
        if (e.Collection == GangObjects.Nodes)
        {
            if (e.Type == "DELETED") _toldNodes.Remove(name);
            else _toldNodes[name] = (GangObjects.RackOf(int.Parse(name[2..], CultureInfo.InvariantCulture)), BudgetOf(e.Object));
            return;
        }

        if (!name.StartsWith("stranger", StringComparison.Ordinal))
        {
            var (uid, pod) = ((string)e.Object["metadata"]!["uid"]!, PodFacts.Of(e.Object));
            if (e.Type == "DELETED" || IsOver(e.Object) || pod.Member is null) _toldMembers.Remove(uid);
            else _toldMembers[uid] = pod.Gang;
            _touched.Add(pod.Gang);
            return;
        }

        if (e.Type == "DELETED" || IsOver(e.Object)) _toldStrangers.Remove(name);
        else if ((string?)e.Object["spec"]!["nodeName"] is { } node) _toldStrangers[name] = (node, GpusOf(e.Object));
    }

    /// <summary>A new process is told everything anew.</summary>
    public void Forget()
    {
        _toldNodes.Clear();
        _toldStrangers.Clear();
        _toldMembers.Clear();
    }

    /// <summary>Reads what has happened and judges it.</summary>
    public void Look()
    {
        foreach (var e in _objects.Since(_version, GangObjects.Pods, null) ?? [])
        {
            See(e);
        }

        _version = _objects.Version;
        foreach (var gang in _touched) JudgeGang(gang);
        _touched.Clear();
    }

    private void See(FakeEvent e)
    {
        var uid = (string)e.Object["metadata"]!["uid"]!;
        if ((string?)e.Object["status"]?["phase"] == "Succeeded") _succeeded[uid] = PodFacts.Of(e.Object).Gang;
        if (e.Type == "DELETED" || IsOver(e.Object))
        {
            if (_pods.Remove(uid, out var gone)) _touched.Add(gone.Gang);
            return;
        }

        var now = PodFacts.Of(e.Object);
        if (now.Gang.Length == 0) return;
        var before = _pods.GetValueOrDefault(uid);
        _pods[uid] = now;
        _touched.Add(now.Gang);
        if (before is { IsGated: true } && !now.IsGated) JudgeRelease(now);
    }

    private void JudgeRelease(PodFacts pod)
    {
        Releases++;
        if (pod.Pin is null || pod.Member is null)
        {
            Violations.Add($"{pod.Name} lost its gate without a pin and a member");
            return;
        }

        var taken = _pods.Values.Where(p => p.Place == pod.Pin).Sum(p => p.Gpus) + _toldStrangers.Values.Where(s => s.Node == pod.Pin).Sum(s => s.Gpus);
        if (taken > GangObjects.GpusPerNode) Violations.Add($"{pod.Name} was released to {pod.Pin}, where {taken} GPUs are promised: {OnNode(pod.Pin)}");
        if (!_toldNodes.TryGetValue(pod.Pin, out var node))
        {
            Violations.Add($"{pod.Name} was released to {pod.Pin}, which is not there");
            return;
        }

        var nodes = _toldNodes.Where(n => n.Value.Rack == node.Rack).Select(n => n.Key).ToList();
        var budget = _toldNodes.Where(n => n.Value.Rack == node.Rack).Min(n => n.Value.Budget);
        var watts = nodes.Sum(WattsOf);
        if (watts > budget) Violations.Add($"{pod.Name} was released to {pod.Pin}: {node.Rack} draws {watts} W of {budget} W: {string.Join(", ", nodes.Select(n => $"{n}: {OnNode(n)}"))}");
    }

    private string OnNode(string node) => string.Join(' ', _pods.Values.Where(p => p.Place == node).Select(p => $"{p.Name}{(p.Node is null ? "?" : "")}{(p.IsTerminating ? "-" : "")}").Concat(_toldStrangers.Where(s => s.Value.Node == node).Select(s => s.Key)));

    private long WattsOf(string node)
    {
        var gpus = _pods.Values.Where(p => p.Place == node).Select(p => p.Gpus).Concat(_toldStrangers.Values.Where(s => s.Node == node).Select(s => s.Gpus));
        const int More = GangObjects.MaxWatts - GangObjects.IdleWatts;
        return Math.Min(GangObjects.MaxWatts, GangObjects.IdleWatts + gpus.Sum(g => ((g * More) + GangObjects.GpusPerNode - 1) / GangObjects.GpusPerNode));
    }

    // All or nothing: where one pod has gone and another has not, a plan is written down that holds for both.
    private void JudgeGang(string gang)
    {
        var pods = _pods.Values.Where(p => p.Gang == gang && !p.IsTerminating).ToList();
        var members = pods.Where(p => p.Member is not null).ToList();
        foreach (var twins in members.GroupBy(p => p.Member).Where(g => g.Count() > 1))
        {
            Violations.Add($"{string.Join(" and ", twins.Select(t => t.Name))} are both member {twins.Key}");
        }

        if (members.Count == 0 || members.Count == pods.Count)
        {
            // Whoever has not been told that all are lost places others beside them.
            if (members.Count > 0) _begun.Add(gang);
            else if (!_toldMembers.ContainsValue(gang)) _begun.Remove(gang);
            return;
        }

        var placement = _objects.All(GangObjects.Placements, null).Objects.FirstOrDefault(p => (string?)p["spec"]!["gang"]!["uid"] == gang);
        var planned = (int?)placement?["status"]?["placed"] ?? 0;
        // Members that have finished are not planned again.
        var left = ((int?)placement?["spec"]!["size"] ?? 1) - _succeeded.Values.Count(g => g == gang);
        var least = Math.Min((int?)placement?["spec"]!["min"] ?? 1, left);
        // A node may die when half of the gang has gone: the rest is then placed when there is room beside the others.
        if (_begun.Add(gang) && planned < least) Violations.Add($"{members.Count} of {pods.Count} pods of {pods[0].Name} have gone, and {planned} are planned of at least {least}");
    }

    public static int GpusOf(JsonObject pod) =>
        int.Parse((string)pod["spec"]!["containers"]![0]!["resources"]!["requests"]!["nvidia.com/gpu"]!, CultureInfo.InvariantCulture);

    private static bool IsOver(JsonObject pod) => (string?)pod["status"]?["phase"] is "Succeeded" or "Failed";

    private static int BudgetOf(JsonObject node) =>
        (string?)node["metadata"]!["labels"]!["toposcheduler.io/rack-power-budget-watts"] is { } watts ? int.Parse(watts, CultureInfo.InvariantCulture) : int.MaxValue;

    private sealed record PodFacts(string Name, string Gang, bool IsGated, bool IsTerminating, string? Node, string? Pin, int? Member, int Gpus)
    {
        /// <summary>Where it takes room: it is bound, or may be at any moment.</summary>
        public string? Place => Node ?? (IsGated ? null : Pin);

        public static PodFacts Of(JsonObject pod)
        {
            var metadata = pod["metadata"]!;
            var placement = (string?)metadata["annotations"]?["toposcheduler.io/placement"];
            return new(
                (string)metadata["name"]!,
                (string?)metadata["labels"]?["batch.kubernetes.io/controller-uid"] ?? "",
                GangScene.IsGated(pod),
                metadata["deletionTimestamp"] is not null,
                (string?)pod["spec"]!["nodeName"],
                GangScene.PinOf(pod),
                placement is null ? null : int.Parse(placement.Split('/')[0], CultureInfo.InvariantCulture),
                GpusOf(pod));
        }
    }
}
