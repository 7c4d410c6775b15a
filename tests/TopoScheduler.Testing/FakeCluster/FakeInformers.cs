using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Kubernetes.Live;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.PowerDomains;
using TopoScheduler.Testing.FakeApi;

namespace TopoScheduler.Testing.FakeCluster;

/// <summary>
/// The watches of one process, by hand: what happened to nodes, power domains and pods reaches it when a test says so, each kind at its own pace and in its own order, as
/// over real streams.
/// </summary>
public sealed class FakeInformers
{
    private const string Nodes = "/api/v1/nodes";
    private const string Pods = "/api/v1/pods";
    private const string Domains = "/apis/toposcheduler.io/v1alpha1/powerdomains";

    // Objects of the fake server never change in place, and each new process reads all of them.
    private static readonly ConditionalWeakTable<JsonObject, Tree> Trees = [];
    private static readonly ConditionalWeakTable<JsonObject, NodeInfo> NodeInfos = [];

    private readonly FakeObjects _objects;
    private readonly ClusterState _state;
    private readonly PodBook _book;
    private readonly PodSink _pods;
    private readonly PowerDomainSink _domains;
    private readonly ImmutableHashSet<string> _trusted;
    private readonly Queue<FakeEvent> _nodeEvents = new();
    private readonly Queue<FakeEvent> _podEvents = new();
    private readonly Queue<FakeEvent> _domainEvents = new();
    private long _read;

    /// <summary>Watches that have read nothing yet.</summary>
    /// <param name="objects">The objects of the API server.</param>
    /// <param name="state">Where nodes and bound pods go.</param>
    /// <param name="book">Where pods without a node go.</param>
    /// <param name="roster">Where pods of gangs go.</param>
    /// <param name="trusted">Namespaces whose hints may lower the draw.</param>
    public FakeInformers(FakeObjects objects, ClusterState state, PodBook book, GangRoster roster, ImmutableHashSet<string>? trusted = null)
    {
        (_objects, _state, _book, _trusted) = (objects, state, book, trusted ?? []);
        _pods = new(state, book, roster);
        _domains = new(state, PowerDomains, roster);
    }

    /// <summary>The power domains told.</summary>
    public PowerDomainBook PowerDomains { get; } = new();

    /// <summary>Told of each event as it is told to the process; a list tells all there are as ADDED. Null: nobody.</summary>
    public Action<FakeEvent>? Told { get; set; }

    /// <summary>Events that have happened and have not been told.</summary>
    public int Behind
    {
        get
        {
            Fetch();
            return _nodeEvents.Count + _podEvents.Count + _domainEvents.Count;
        }
    }

    /// <summary>Reads everything, as at the start or when a place in the history is gone.</summary>
    public void Relist()
    {
        _nodeEvents.Clear();
        _podEvents.Clear();
        _domainEvents.Clear();
        var (nodes, version) = _objects.All(Nodes, null);
        _read = version;
        _state.ReplaceNodes(nodes.Select(NodeOf));
        _domains.Replace([.. _objects.All(Domains, null).Objects.Select(o => PowerDomainSighting.Read(TreeOf(o)))]);
        var pods = _objects.All(Pods, null).Objects;
        _pods.Replace([.. pods.Select(PodOf).OfType<PodSighting>()]);
        foreach (var node in nodes) Told?.Invoke(new(version, "ADDED", Nodes, node, null));
        foreach (var pod in pods) Told?.Invoke(new(version, "ADDED", Pods, pod, null));
    }

    /// <summary>Tells the next event of a kind; false when there is none.</summary>
    public bool TellNode()
    {
        Fetch();
        if (!_nodeEvents.TryDequeue(out var e)) return false;
        if (e.Type == "DELETED") _state.RemoveNode((string)e.Object["metadata"]!["name"]!);
        else _state.Upsert(NodeOf(e.Object));
        Told?.Invoke(e);
        return true;
    }

    /// <summary>Tells the next event of a power domain; false when there is none.</summary>
    public bool TellPowerDomain()
    {
        Fetch();
        if (!_domainEvents.TryDequeue(out var e)) return false;
        if (e.Type == "DELETED") _domains.Remove(ObjectKey.Of(TreeOf(e.Object)));
        else _domains.Upsert(PowerDomainSighting.Read(TreeOf(e.Object)));
        Told?.Invoke(e);
        return true;
    }

    /// <summary>Tells the next event of a pod; false when there is none.</summary>
    public bool TellPod()
    {
        Fetch();
        if (!_podEvents.TryDequeue(out var e)) return false;
        if (e.Type == "DELETED") _pods.Remove(ObjectKey.Of(TreeOf(e.Object)));
        else if (PodOf(e.Object) is { } pod) _pods.Upsert(pod);
        Told?.Invoke(e);
        return true;
    }

    /// <summary>Tells all that has happened.</summary>
    public void TellAll()
    {
        while (TellNode())
        {
        }

        while (TellPowerDomain())
        {
        }

        while (TellPod())
        {
        }
    }

    private void Fetch()
    {
        var now = _objects.Version;
        if (now == _read) return;
        foreach (var e in _objects.Since(_read, Nodes, null) ?? throw new InvalidOperationException("the history is gone: relist")) _nodeEvents.Enqueue(e);
        foreach (var e in _objects.Since(_read, Domains, null) ?? []) _domainEvents.Enqueue(e);
        foreach (var e in _objects.Since(_read, Pods, null) ?? []) _podEvents.Enqueue(e);
        _read = now;
    }

    private static NodeInfo NodeOf(JsonObject node) => NodeInfos.GetValue(node, static n => ReadNode(n));

    private static NodeInfo ReadNode(JsonObject node) => NodeMapper.Map(NodeReader.Read(Field.Root(TreeOf(node), new($"node/{(string?)node["metadata"]!["name"]}"))));

    private PodSighting? PodOf(JsonObject pod) => PodSighting.Read(TreeOf(pod), _book.Objects, _trusted);

    /// <summary>An object as the adapter reads it.</summary>
    public static Tree TreeOf(JsonObject obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return Trees.GetValue(obj, static o =>
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(o.ToJsonString()));
            return new JsonObjects(stream, "the fake API server", InputLimits.Default).Read().Single();
        });
    }
}
