using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Live;

namespace TopoScheduler.Kubernetes.Situations;

/// <summary>
/// Reads a cluster file together with what waits in it: pods without a node, the jobs that made them where the file has them
/// (<c>kubectl get nodes,pods,jobs -A</c>), and GangPlacements. Pods with a node are kept whole only for gangs that wait or are asked about, in a second reading.
/// </summary>
public static class SituationReader
{
    /// <summary>Reads it.</summary>
    /// <param name="path">A file, a folder, or <c>-</c> for <paramref name="standardInput"/>.</param>
    /// <param name="standardInput">Read when the path is <c>-</c>.</param>
    /// <param name="asked">Gangs that are needed whole though nothing of them waits; null for none.</param>
    /// <exception cref="InputException">The file cannot be read at all.</exception>
    public static ClusterSituation Read(string path, Stream? standardInput = null, Func<SituationPod, bool>? asked = null)
    {
        var kept = path == "-" && standardInput is not null ? Buffered(standardInput) : null;
        return Read(Objects, seen => ClusterReader.Read(seen, ObjectSource.NameOf(path)), asked);

        IEnumerable<FoundObject> Objects() => ObjectSource.Read(path, kept is null ? standardInput : new MemoryStream(kept, writable: false), InputLimits.Default);
    }

    /// <summary>The same of a live cluster that has been listed whole.</summary>
    /// <param name="listing">The listing, with everything.</param>
    /// <param name="asked">Gangs that are needed whole though nothing of them waits; null for none.</param>
    public static ClusterSituation Of(ClusterListing listing, Func<SituationPod, bool>? asked = null)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return Read(listing.Found, listing.Content, asked);
    }

    private static ClusterSituation Read(Func<IEnumerable<FoundObject>> objects, Func<IEnumerable<FoundObject>, ClusterContent> read, Func<SituationPod, bool>? asked)
    {
        var collector = new SituationCollector();
        var content = read(objects().Select(collector.See));
        if (collector.Wanted(asked ?? (static _ => false)) is { Count: > 0 } wanted)
        {
            foreach (var found in objects()) collector.Complete(found.Tree, wanted);
        }

        return collector.Finish(content);
    }

    private static byte[] Buffered(Stream input)
    {
        using var all = new MemoryStream();
        input.CopyTo(all);
        return all.ToArray();
    }
}
