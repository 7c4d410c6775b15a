namespace TopoScheduler.Core.Cluster;

/// <summary>What was reserved for each node, by its index, when something was measured.</summary>
/// <param name="Settled">For pods that draw already.</param>
/// <param name="Bound">For these, and for pods that have just been bound and may draw or not. What is only promised draws nothing and is in neither.</param>
internal sealed record DrawsThen(long[] Settled, long[] Bound)
{
    /// <summary>True where nobody has just been bound.</summary>
    public bool AllSettled => ReferenceEquals(Settled, Bound);
}
