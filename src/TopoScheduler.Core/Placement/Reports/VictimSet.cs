namespace TopoScheduler.Core.Placement.Reports;

/// <summary>
/// Victims together, compared by what it costs to evict them: the work that is lost (GPU-seconds, where all starts are known; else GPUs), then the highest
/// priority among them, then pods, then names.
/// </summary>
/// <param name="Members">Indices among all victims, ascending.</param>
/// <param name="Work">Work that is lost.</param>
/// <param name="Priority">The highest priority.</param>
/// <param name="Pods">Pods.</param>
internal sealed record VictimSet(int[] Members, long Work, int Priority, int Pods) : IComparable<VictimSet>
{
    /// <summary>Nobody.</summary>
    public static VictimSet Empty { get; } = new([], 0, int.MinValue, 0);

    /// <summary>With one more, whose index is above all others.</summary>
    public VictimSet With(int index, Victim victim, long work) => new([.. Members, index], Work + work, Math.Max(Priority, victim.Priority), Pods + victim.Pods);

    /// <inheritdoc/>
    public int CompareTo(VictimSet? other)
    {
        if (other is null) return 1;
        var order = Work.CompareTo(other.Work);
        if (order == 0) order = Priority.CompareTo(other.Priority);
        if (order == 0) order = Pods.CompareTo(other.Pods);
        return order != 0 ? order : Members.AsSpan().SequenceCompareTo(other.Members);
    }
}
