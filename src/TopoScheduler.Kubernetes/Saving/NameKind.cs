namespace TopoScheduler.Kubernetes.Saving;

/// <summary>What a text of a saved cluster names. Names of one kind are numbered together, so that their order stays.</summary>
internal enum NameKind
{
    /// <summary>No name: it is kept.</summary>
    None,

    /// <summary>A node.</summary>
    Node,

    /// <summary>A pod.</summary>
    Pod,

    /// <summary>A namespace.</summary>
    Namespace,

    /// <summary>A switch or NVLink domain, or a zone.</summary>
    Domain,

    /// <summary>A rack, PDU, row or facility.</summary>
    Power,

    /// <summary>A job, a group of pods, or whatever else owns pods.</summary>
    Gang,

    /// <summary>A priority class.</summary>
    Priority,

    /// <summary>A uid.</summary>
    Uid,

    /// <summary>A sentence that may hold names.</summary>
    Sentence,

    /// <summary>A value of a label that nobody but selectors reads.</summary>
    Value,
}
