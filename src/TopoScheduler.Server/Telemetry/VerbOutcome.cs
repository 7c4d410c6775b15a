namespace TopoScheduler.Server.Telemetry;

/// <summary>What became of a request of kube-scheduler, as a label.</summary>
internal static class VerbOutcome
{
    /// <summary>It was answered.</summary>
    public const string Answered = "answered";

    /// <summary>503: the cluster is not known yet, or another replica schedules.</summary>
    public const string NotReady = "not_ready";

    /// <summary>4xx: it was malformed, too large or too slow.</summary>
    public const string Refused = "refused";

    /// <summary>The caller hung up.</summary>
    public const string Gone = "gone";

    /// <summary>500: a defect of ours.</summary>
    public const string Defect = "defect";
}
