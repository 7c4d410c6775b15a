namespace TopoScheduler.Kubernetes.Live;

/// <summary>How the watch of one kind of objects does.</summary>
/// <param name="Resource">Lower-case plural of the kind.</param>
/// <param name="LastContact">When the API server was last heard; null: never.</param>
/// <param name="Events">Objects told by streams.</param>
/// <param name="Relists">Times all objects were read.</param>
/// <param name="Errors">Failures.</param>
public readonly record struct WatchContact(string Resource, DateTimeOffset? LastContact, long Events, long Relists, long Errors);
