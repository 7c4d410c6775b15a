using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Core.Gangs;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Placements;

/// <summary>Reads <see cref="GangPlacement"/>s. What somebody else has written into one must not stop us: a value that is none is as good as absent.</summary>
public static class GangPlacementReader
{
    /// <summary>Reads one; null when it does not say whose it is.</summary>
    public static GangPlacement? Read(Tree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var metadata = tree["metadata"];
        var (spec, status) = (tree["spec"], tree["status"]);
        var gang = spec["gang"];
        if (metadata["name"].Text.Length == 0 || gang["kind"].Text.Length == 0 || gang["name"].Text.Length == 0) return null;
        var key = new GangKey(metadata["namespace"].Text, gang["kind"].Text, gang["name"].Text, gang["uid"].Text, Whole(gang["restart"]));
        return new()
        {
            Gang = key,
            Name = metadata["name"].Text,
            Uid = metadata["uid"].Text,
            ResourceVersion = metadata["resourceVersion"].Text,
            Owner = OwnerReference.ControllerOf(tree),
            Size = Whole(spec["size"]),
            Min = Whole(spec["min"]),
            Gpus = Whole(spec["gpus"]),
            Status = Status(status),
        };
    }

    private static GangPlacementStatus Status(Tree status) => new()
    {
        Phase = Array.Find(Enum.GetValues<GangPhase>(), p => p.ToString() == status["phase"].Text),
        Plan = Plan(status["plan"]),
        Bound = Whole(status["bound"]),
        Tier = Text(status["tier"]),
        Domain = Text(status["domain"]),
        Nodes = Whole(status["nodes"]),
        Watts = long.TryParse(status["watts"].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var watts) ? watts : 0,
        GpuCapWatts = int.TryParse(status["gpuCapWatts"].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var cap) ? cap : null,
        EstimateMs = double.TryParse(status["estimateMs"].Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ms) && double.IsFinite(ms) ? ms : null,
        StartedAt = MomentText.Written(status["startedAt"].Text),
        Message = status["message"].Text,
        Deadlines = [.. Deadlines(status["deadlines"])],
        Conditions = ObjectCondition.Read(status["conditions"]),
    };

    // A member stands once; the first mention counts.
    private static ImmutableArray<PlannedMember> Plan(Tree plan)
    {
        var planned = new SortedDictionary<int, PlannedMember>();
        foreach (var slot in plan.Items)
        {
            if (slot["node"].Text is not { Length: > 0 } node) continue;
            var pods = slot["pods"].Items;
            var at = 0;
            foreach (var member in MemberRanges.Read(slot["members"].Text, HintReader.MostMembers - planned.Count) ?? [])
            {
                planned.TryAdd(member, new(member, node, at < pods.Length ? pods[at].Text : ""));
                at++;
            }
        }

        return [.. planned.Values];
    }

    private static List<GangDeadline> Deadlines(Tree deadlines)
    {
        var read = new List<GangDeadline>();
        foreach (var deadline in deadlines.Items)
        {
            if (MomentText.Written(deadline["at"].Text) is { } at) read.Add(new(deadline["what"].Text, at));
        }

        return read;
    }

    private static int Whole(Tree tree) => int.TryParse(tree.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string? Text(Tree tree) => tree.Text is { Length: > 0 } text ? text : null;
}
