namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>How a watch ended.</summary>
internal enum WatchEnd
{
    /// <summary>The server ended it, or the connection broke: go on from the last place.</summary>
    Ended,

    /// <summary>Nothing was heard for too long: go on from the last place.</summary>
    Silent,

    /// <summary>The place is gone: list again.</summary>
    Expired,

    /// <summary>The list was not streamed to its end: the server does not know how.</summary>
    NoWatchList,
}
