using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>One event of the history.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Type">ADDED, MODIFIED, DELETED.</param>
/// <param name="Collection">Path of the kind, without namespace.</param>
/// <param name="Object">The object then.</param>
public sealed record FakeEvent(long Version, string Type, string Collection, JsonObject Object);

/// <summary>The objects of a fake API server with their history, under one counter of versions, as etcd keeps them. For threads.</summary>
public sealed class FakeObjects
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<FakeEvent> _history = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _compacted;

    /// <summary>Version of the last change.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>Done at the next change.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>Creates or replaces; gives it a version, and a UID where it has none.</summary>
    public JsonObject Put(string collection, JsonObject obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        lock (_lock)
        {
            var copy = (JsonObject)obj.DeepClone();
            var metadata = (JsonObject)copy["metadata"]!;
            var key = KeyOf(collection, metadata);
            var isNew = !_objects.ContainsKey(key);
            metadata["uid"] ??= Guid.NewGuid().ToString();
            metadata["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            _objects[key] = copy;
            Tell(isNew ? "ADDED" : "MODIFIED", collection, copy);
            return (JsonObject)copy.DeepClone();
        }
    }

    /// <summary>Deletes; false when there is none.</summary>
    public bool Delete(string collection, string ns, string name)
    {
        lock (_lock)
        {
            if (!_objects.Remove($"{collection}|{ns}|{name}", out var obj))
            {
                return false;
            }

            var last = (JsonObject)obj.DeepClone();
            last["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            Tell("DELETED", collection, last);
            return true;
        }
    }

    /// <summary>One object; null when there is none.</summary>
    public JsonObject? Find(string collection, string ns, string name)
    {
        lock (_lock)
        {
            return _objects.TryGetValue($"{collection}|{ns}|{name}", out var obj) ? (JsonObject)obj.DeepClone() : null;
        }
    }

    /// <summary>All objects of a kind, by namespace and name, and the version of this view.</summary>
    public (IReadOnlyList<JsonObject> Objects, long Version) All(string collection, string? ns)
    {
        lock (_lock)
        {
            var prefix = ns is null ? $"{collection}|" : $"{collection}|{ns}|";
            return ([.. _objects.Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(o => o.Value)], _version);
        }
    }

    /// <summary>What happened since a version; null when that is gone from the history.</summary>
    public IReadOnlyList<FakeEvent>? Since(long version, string collection, string? ns)
    {
        lock (_lock)
        {
            return version < _compacted
                ? null
                : [.. _history.Where(e => e.Version > version && e.Collection == collection && (ns is null || (string?)e.Object["metadata"]!["namespace"] == ns))];
        }
    }

    /// <summary>Forgets the history, as etcd does when it is compacted.</summary>
    public void Compact()
    {
        lock (_lock)
        {
            // The version moves on, as it does in a living cluster: every watch that stands still is behind.
            _compacted = ++_version;
            _history.Clear();
        }
    }

    private static string KeyOf(string collection, JsonObject metadata) => $"{collection}|{(string?)metadata["namespace"] ?? ""}|{(string?)metadata["name"]}";

    private void Tell(string type, string collection, JsonObject obj)
    {
        _history.Add(new(_version, type, collection, obj));
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
