namespace TopoScheduler.Kubernetes.Saving;

/// <summary>What a text of a saved cluster names. Names of one kind are numbered together, so that their order stays.</summary>
internal enum NameKind
{
    /// <summary>No name: it is kept.</summary>
    None,

    /// <summary>A node.</summary>
    Node,

    /// <summary>
    /// A pod, a job, a group of pods, or whatever else owns pods. Controllers name pods after the job, its role and a number, so words between dashes are numbered, each
    /// for itself.
    /// </summary>
    Name,

    /// <summary>A role of a job, or a container: numbered with <see cref="Name"/>.</summary>
    Role,

    /// <summary>A namespace.</summary>
    Namespace,

    /// <summary>A switch or NVLink domain, or a zone; a path of them.</summary>
    Domain,

    /// <summary>A rack, PDU, row or facility.</summary>
    Power,

    /// <summary>A claim of a volume or of devices, or what one is made from.</summary>
    Claim,

    /// <summary>A volume.</summary>
    Volume,

    /// <summary>A priority class.</summary>
    Priority,

    /// <summary>A uid.</summary>
    Uid,

    /// <summary>A sentence that may hold names.</summary>
    Sentence,

    /// <summary>A value of a label that nobody but selectors reads, or another name that only says which one is meant.</summary>
    Value,
}
