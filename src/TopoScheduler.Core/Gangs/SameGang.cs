namespace TopoScheduler.Core.Gangs;

/// <summary>Whether two gangs ask for the same under different names: what is planned for one is planned for the other.</summary>
internal static class SameGang
{
    /// <summary>True when both ask for the same.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <param name="labelsCount">Whether some pod's rules about other pods may read their labels.</param>
    public static bool AsksTheSame(Gang a, Gang b, bool labelsCount)
    {
        if (a.MinMembers != b.MinMembers || a.Priority != b.Priority || a.Roles.Length != b.Roles.Length || !SameHints(a.Hints, b.Hints)) return false;
        for (var r = 0; r < a.Roles.Length; r++)
        {
            var (mine, other) = (a.Roles[r], b.Roles[r]);
            if (mine.Name != other.Name || mine.Count != other.Count || mine.Template.Namespace != other.Template.Namespace) return false;
            if (!SameTemplate.AsksTheSame(mine.Template, other.Template)) return false;
            if ((labelsCount || Reads(mine.Template)) && !SameLabels(mine.Template, other.Template)) return false;
        }

        return true;
    }

    private static bool Reads(PodTemplate pod) => !pod.Affinity.IsEmpty || !pod.AntiAffinity.IsEmpty || !pod.Spread.IsEmpty;

    private static bool SameHints(GangHints a, GangHints b) =>
        a with { Parallelism = [] } == b with { Parallelism = [] } && a.Parallelism.AsSpan().SequenceEqual(b.Parallelism.AsSpan());

    private static bool SameLabels(PodTemplate a, PodTemplate b)
    {
        if (a.Labels.Count != b.Labels.Count) return false;
        foreach (var (key, value) in a.Labels)
        {
            if (!b.Labels.TryGetValue(key, out var other) || other != value) return false;
        }

        return true;
    }
}
