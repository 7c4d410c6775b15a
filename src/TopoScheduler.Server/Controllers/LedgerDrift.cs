namespace TopoScheduler.Server.Controllers;

/// <summary>Where the ledger of promises and the cluster differ. Each number is 0 but for moments.</summary>
/// <param name="PodsWithoutHold">Pods that may be bound at any moment and for which nothing is held.</param>
/// <param name="HoldsWithoutPod">Holds of pods that are not there.</param>
/// <param name="OtherNode">Bound pods that the state counts on another node, or not at all.</param>
public readonly record struct LedgerDrift(int PodsWithoutHold, int HoldsWithoutPod, int OtherNode)
{
    /// <summary>All of them.</summary>
    public int Total => PodsWithoutHold + HoldsWithoutPod + OtherNode;
}
