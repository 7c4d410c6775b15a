namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>What becomes of a pod that is on a node before the judging begins.</summary>
internal enum PodFate
{
    /// <summary>It stays.</summary>
    Stays,

    /// <summary>It succeeds: its object is there, but it occupies nothing.</summary>
    Finishes,

    /// <summary>It is being deleted and stays, because no kubelet ends it.</summary>
    Terminates,
}
