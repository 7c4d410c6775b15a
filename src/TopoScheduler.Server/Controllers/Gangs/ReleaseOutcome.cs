namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>What became of the wish to take a pod's gate off.</summary>
internal enum ReleaseOutcome
{
    /// <summary>It is off.</summary>
    Released,

    /// <summary>There is no such pod, or another one of its name.</summary>
    Gone,

    /// <summary>The server does not take the patch.</summary>
    Refused,

    /// <summary>The server did not answer: it may be off or not.</summary>
    Unknown,
}
