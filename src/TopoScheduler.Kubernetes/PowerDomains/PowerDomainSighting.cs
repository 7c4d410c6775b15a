using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.PowerDomains;

/// <summary>A PowerDomain object as a watch shows it.</summary>
/// <param name="Name">metadata.name</param>
/// <param name="Uid">metadata.uid</param>
/// <param name="ResourceVersion">metadata.resourceVersion</param>
/// <param name="Reading">What it says.</param>
/// <param name="Status">Its status; null when it has none.</param>
public sealed record PowerDomainSighting(string Name, string Uid, string ResourceVersion, PowerDomainReading Reading, PowerDomainStatus? Status)
{
    /// <summary>Reads one.</summary>
    public static PowerDomainSighting Read(Tree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var metadata = tree["metadata"];
        return new(metadata["name"].Text, metadata["uid"].Text, metadata["resourceVersion"].Text, PowerDomainReader.Read(tree), PowerDomainJson.ReadStatus(tree));
    }
}
