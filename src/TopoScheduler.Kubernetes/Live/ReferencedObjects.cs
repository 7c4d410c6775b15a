using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// Collects what pods refer to, of all kinds, and hands the whole to the <see cref="PodBook"/> when it has changed. These objects are few and change
/// seldom, compared with pods.
/// </summary>
internal sealed class ReferencedObjects(PodBook book)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, string Namespace, string Name), ReferencedObject> _objects = [];

    /// <summary>Where the watch of one kind puts what it sees.</summary>
    public IWatchSink<ReferencedObject> SinkFor(ApiResource resource) => new Sink(this, KindOf(resource));

    private static string KindOf(ApiResource resource) => resource.Plural switch
    {
        "namespaces" => "Namespace",
        "priorityclasses" => "PriorityClass",
        "persistentvolumes" => "PersistentVolume",
        "persistentvolumeclaims" => "PersistentVolumeClaim",
        _ => throw new ArgumentException($"{resource.Plural} are not referred to by pods", nameof(resource)),
    };

    private void Publish_NeedsLock()
    {
        var objects = new ClusterObjects();
        foreach (var (key, obj) in _objects)
        {
            var name = obj.Name with { Kind = key.Kind };
            objects.Add(name, Field.Root(obj.Tree, new(name.Id)));
        }

        book.Objects = objects;
    }

    private sealed class Sink(ReferencedObjects all, string kind) : IWatchSink<ReferencedObject>
    {
        public void Replace(IReadOnlyList<ReferencedObject> items)
        {
            lock (all._lock)
            {
                foreach (var key in all._objects.Keys.Where(k => k.Kind == kind).ToList())
                {
                    all._objects.Remove(key);
                }

                foreach (var item in items)
                {
                    all._objects[KeyOf(item.Name.Namespace, item.Name.Name)] = item;
                }

                all.Publish_NeedsLock();
            }
        }

        public void Upsert(ReferencedObject item)
        {
            lock (all._lock)
            {
                all._objects[KeyOf(item.Name.Namespace, item.Name.Name)] = item;
                all.Publish_NeedsLock();
            }
        }

        public void Remove(ObjectKey key)
        {
            lock (all._lock)
            {
                if (all._objects.Remove(KeyOf(key.Namespace.Length == 0 ? ObjectName.DefaultNamespace : key.Namespace, key.Name))) all.Publish_NeedsLock();
            }
        }

        private (string Kind, string Namespace, string Name) KeyOf(string ns, string name) => (kind, ns, name);
    }
}
