using System.Globalization;
using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>
/// The objects of a fake API server with their history, under one counter of versions, as etcd keeps them. For threads. With a seed everything
/// drawn by chance, UIDs and the ends of generated names, is the same in every run.
/// </summary>
/// <remarks>An object that was handed to it or came from it is never changed in place: what is known of a version stays so.</remarks>
public sealed class FakeObjects
{
    private const string NameLetters = "bcdfghjklmnpqrstvwxz2456789";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, SortedDictionary<string, JsonObject>> _objects = new(StringComparer.Ordinal);
    private readonly List<FakeEvent> _history = [];
    private readonly HashSet<string> _withheld = new(StringComparer.Ordinal);
    private readonly Random _random;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;
    private long _compacted;

    /// <summary>None yet.</summary>
    /// <param name="seed">Of all that is drawn; null: another in every run.</param>
    /// <param name="time">The server's clock; null: the system's.</param>
    public FakeObjects(int? seed = null, TimeProvider? time = null)
    {
        _random = seed is { } known ? new(known) : new();
        Time = time ?? TimeProvider.System;
    }

    /// <summary>The server's clock.</summary>
    public TimeProvider Time { get; }

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

    /// <summary>Creates or replaces, unasked and unchecked; gives it a version, and a UID where it has none.</summary>
    public JsonObject Put(string collection, JsonObject obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        lock (_lock)
        {
            var copy = FakeJson.Read(obj);
            var metadata = (JsonObject)copy["metadata"]!;
            var key = KeyOf(metadata);
            var previous = Of(collection).GetValueOrDefault(key);
            metadata["uid"] ??= NewUid();
            metadata["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            _objects[collection][key] = copy;
            Tell(previous is null ? "ADDED" : "MODIFIED", collection, copy, previous);
            return (JsonObject)copy.DeepClone();
        }
    }

    /// <summary>Deletes at once; false when there is none.</summary>
    public bool Delete(string collection, string ns, string name) => Remove(collection, ns, name) is not null;

    /// <summary>
    /// The grace of an object that is being deleted has ended: it goes, or stays for its finalizers and goes with the last of them. False when there is
    /// no such object or nobody asked for its end.
    /// </summary>
    public bool Finish(string collection, string ns, string name)
    {
        lock (_lock)
        {
            if (Of(collection).GetValueOrDefault($"{ns}/{name}") is not { } obj || obj["metadata"]!["deletionTimestamp"] is null)
            {
                return false;
            }

            if (obj["metadata"]!["finalizers"] is not JsonArray { Count: > 0 })
            {
                return Delete(collection, ns, name);
            }

            var waiting = (JsonObject)obj.DeepClone();
            waiting["metadata"]!["deletionGracePeriodSeconds"] = 0;
            Put(collection, waiting);
            return true;
        }
    }

    /// <summary>One object, a copy; null when there is none.</summary>
    public JsonObject? Find(string collection, string ns, string name)
    {
        lock (_lock)
        {
            return (JsonObject?)Of(collection).GetValueOrDefault($"{ns}/{name}")?.DeepClone();
        }
    }

    /// <summary>All objects of a kind, by namespace and name, and the version of this view. They are not to be changed.</summary>
    public (IReadOnlyList<JsonObject> Objects, long Version) All(string collection, string? ns)
    {
        lock (_lock)
        {
            var all = Of(collection);
            return ([.. ns is null ? all.Values : all.Where(o => o.Key.StartsWith(ns + "/", StringComparison.Ordinal)).Select(o => o.Value)], _version);
        }
    }

    /// <summary>What happened since a version; null when that is gone from the history.</summary>
    public IReadOnlyList<FakeEvent>? Since(long version, string collection, string? ns)
    {
        lock (_lock)
        {
            if (version < _compacted)
            {
                return null;
            }

            // From the end: who watches has seen nearly all of it.
            var first = _history.Count;
            while (first > 0 && _history[first - 1].Version > version)
            {
                first--;
            }

            return [.. _history.Skip(first).Where(e => e.Collection == collection && (ns is null || (string?)e.Object["metadata"]!["namespace"] == ns))];
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

    /// <summary>The server does not have this kind, or has it: a custom resource whose definition was not applied.</summary>
    public void Withhold(string collection, bool withheld = true)
    {
        lock (_lock)
        {
            if (withheld) _withheld.Add(collection);
            else _withheld.Remove(collection);
        }
    }

    /// <summary>The end of a generated name.</summary>
    public string NewSuffix()
    {
        lock (_lock)
        {
            return string.Create(5, _random, static (text, random) => random.GetItems(NameLetters, text));
        }
    }

    /// <summary>Deletes at once; the object as it was last, with the version of its end. Null when there is none.</summary>
    internal JsonObject? Remove(string collection, string ns, string name)
    {
        lock (_lock)
        {
            if (!Of(collection).Remove($"{ns}/{name}", out var obj))
            {
                return null;
            }

            var last = (JsonObject)obj.DeepClone();
            last["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
            Tell("DELETED", collection, last, obj);
            return last;
        }
    }

    /// <summary>The server does not have this kind.</summary>
    internal bool IsWithheld(string collection)
    {
        lock (_lock)
        {
            return _withheld.Contains(collection);
        }
    }

    /// <summary>Nothing else happens in the meantime.</summary>
    internal T Atomically<T>(Func<T> work)
    {
        lock (_lock)
        {
            return work();
        }
    }

    /// <summary>A UID nobody has.</summary>
    internal string NewUid()
    {
        lock (_lock)
        {
            Span<byte> bytes = stackalloc byte[16];
            _random.NextBytes(bytes);
            return new Guid(bytes).ToString();
        }
    }

    /// <summary>Now, as objects carry it.</summary>
    internal string Now(int secondsLater = 0) =>
        Time.GetUtcNow().AddSeconds(secondsLater).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string KeyOf(JsonObject metadata) => $"{(string?)metadata["namespace"] ?? ""}/{(string?)metadata["name"]}";

    private SortedDictionary<string, JsonObject> Of(string collection)
    {
        if (!_objects.TryGetValue(collection, out var objects))
        {
            _objects[collection] = objects = new(StringComparer.Ordinal);
        }

        return objects;
    }

    private void Tell(string type, string collection, JsonObject obj, JsonObject? previous)
    {
        _history.Add(new(_version, type, collection, obj, previous));
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
