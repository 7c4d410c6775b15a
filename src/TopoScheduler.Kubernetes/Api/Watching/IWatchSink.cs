namespace TopoScheduler.Kubernetes.Api.Watching;

/// <summary>
/// Where a <see cref="Reflector{T}"/> puts what it sees. Called by one task at a time, in the order of the server. Objects may be told twice.
/// The reflector keeps no objects itself.
/// </summary>
public interface IWatchSink<T>
{
    /// <summary>These are all there are. What is known and not among them was deleted unseen; equal names may be other objects (compare UIDs).</summary>
    void Replace(IReadOnlyList<T> items);

    /// <summary>An object is new or was changed.</summary>
    void Upsert(T item);

    /// <summary>An object was deleted, or changed such that it is of no interest any more; perhaps it never was known.</summary>
    void Remove(ObjectKey key);
}
