namespace TopoScheduler.Server.Controllers.Gangs;

/// <summary>What has been done for a gang so that an autoscaler helps. Its names stand in the resource: a new leader goes on by them.</summary>
internal enum ScaleUpStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The autoscaler is asked for room; the gang waits, and is placed as a whole when there is any.</summary>
    Requested,

    /// <summary>Its gates come off without places: nothing is planned or held for it any more.</summary>
    Ungated,
}
