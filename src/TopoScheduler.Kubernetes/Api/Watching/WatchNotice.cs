namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>What happened to a watch.</summary>
public enum WatchNoticeKind
{
    /// <summary>All objects were read.</summary>
    Listed,

    /// <summary>The stream ended; it goes on from where it was.</summary>
    Rewatch,

    /// <summary>The place in the history is gone: everything is read again.</summary>
    Expired,

    /// <summary>Nothing was heard for too long.</summary>
    Silent,

    /// <summary>The server was not reached or refused; it is tried again after a pause.</summary>
    Failed,

    /// <summary>An object could not be read and is left out.</summary>
    Unreadable,

    /// <summary>The server has no streaming lists; it is listed page by page.</summary>
    NoWatchList,

    /// <summary>The server does not have this kind; it is looked for again after a pause.</summary>
    Missing,
}

/// <summary>Something worth a line in a log.</summary>
/// <param name="Kind">What.</param>
/// <param name="Path">Of which objects.</param>
/// <param name="Message">For people; empty where the kind says it all.</param>
public sealed record WatchNotice(WatchNoticeKind Kind, string Path, string Message);
