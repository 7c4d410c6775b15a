namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>How a <see cref="Reflector{T}"/> goes about it.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Chance: pauses and the length of watches differ, so that many watchers do not come all at once.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Told what happens; null: nobody.</summary>
    public Action<WatchNotice>? Notice { get; init; }

    /// <summary>Longest silence of a stream on which bookmarks are known to arrive about once a minute.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Longest wait for the end of a streamed list after its last object.</summary>
    public TimeSpan LongestInitialSilence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Shortest time the server is asked to keep a watch.</summary>
    public TimeSpan ShortestWatch { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Longest time the server is asked to keep a watch.</summary>
    public TimeSpan LongestWatch { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Objects of one page of a list.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// Pause after which a kind that the server does not have (404, twice in a row) is looked for again; until it comes there are no objects of it. Null: that
    /// is a failure like any other.
    /// </summary>
    public TimeSpan? MissingPause { get; init; }

    /// <summary>Streaming lists are used where the server has them.</summary>
    public bool WatchList { get; init; } = true;
}
