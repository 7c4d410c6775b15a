namespace TopoScheduler.Kubernetes.Mapping;

/// <summary>What another scheduler's hint asks for.</summary>
internal enum PeerAsk
{
    /// <summary>All in one domain.</summary>
    Required,

    /// <summary>All in one domain, if it can be had.</summary>
    Preferred,

    /// <summary>So many consecutive members each in one domain.</summary>
    Segment,
}

/// <summary>Another scheduler's hint, in our words.</summary>
/// <param name="Ask">What it asks for.</param>
/// <param name="Target">The tier or node label key, as our annotations write it.</param>
/// <param name="Origin">Where it stands, for messages: <c>annotation key="value"</c>.</param>
/// <param name="Role">The role it is about; null for the whole gang.</param>
internal sealed record PeerWish(PeerAsk Ask, string Target, string Origin, string? Role)
{
    /// <summary>Members of a segment.</summary>
    public int Size { get; init; }

    /// <summary>Roles of one group share the domain; null: each role has its own.</summary>
    public string? Group { get; init; }
}
