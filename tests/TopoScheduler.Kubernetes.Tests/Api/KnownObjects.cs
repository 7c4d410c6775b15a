using System.Text.Json.Nodes;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>An object as a test sees it.</summary>
internal sealed record Seen(ObjectKey Key, string Value)
{
    /// <summary>Objects that say <c>none</c> are of no interest.</summary>
    public static Seen? Read(Tree tree) => tree["spec"]["value"].Text is var value && value == "none" ? null : new(ObjectKey.Of(tree), value);
}

/// <summary>A receiver that does what the contract of <see cref="IWatchSink{T}"/> asks for.</summary>
internal sealed class KnownObjects : IWatchSink<Seen>
{
    public const string Configs = "/api/v1/configmaps";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Seen> _known = new(StringComparer.Ordinal);

    public int Replaced { get; private set; }

    public int Upserted { get; private set; }

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return string.Join(' ', _known.Values.Select(s => $"{s.Key.Namespace}/{s.Key.Name}/{s.Key.Uid}={s.Value}"));
            }
        }
    }

    public void Replace(IReadOnlyList<Seen> items)
    {
        lock (_lock)
        {
            Replaced++;
            _known.Clear();
            foreach (var item in items)
            {
                Assert.True(_known.TryAdd(Id(item.Key), item), $"{item.Key} is told twice in one list");
            }
        }
    }

    public void Upsert(Seen item)
    {
        lock (_lock)
        {
            Upserted++;
            _known[Id(item.Key)] = item;
        }
    }

    public void Remove(ObjectKey key)
    {
        lock (_lock)
        {
            _known.Remove(Id(key));
        }
    }

    public static JsonObject Config(string name, string value, string ns = "a") =>
        new() { ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns }, ["spec"] = new JsonObject { ["value"] = value } };

    /// <summary>What a receiver must know in the end.</summary>
    public static string Expected(FakeApiServer api) => string.Join(' ', api.Objects.All(Configs, null).Objects
        .Where(o => (string?)o["spec"]!["value"] != "none")
        .Select(o => (Key: $"{o["metadata"]!["namespace"]}/{o["metadata"]!["name"]}", o))
        .OrderBy(o => o.Key, StringComparer.Ordinal)
        .Select(o => $"{o.Key}/{o.o["metadata"]!["uid"]}={o.o["spec"]!["value"]}"));

    private static string Id(ObjectKey key) => $"{key.Namespace}/{key.Name}";
}
