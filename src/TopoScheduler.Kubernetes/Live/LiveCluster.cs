using System.Collections.Immutable;
using TopoScheduler.Core.Cluster;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Kubernetes.Api.Watching;
using TopoScheduler.Kubernetes.Mapping;
using TopoScheduler.Kubernetes.Objects;
using TopoScheduler.Kubernetes.PowerDomains;

namespace TopoScheduler.Kubernetes.Live;

/// <summary>
/// Keeps the live state equal to what the API server says: nodes, power domains and pods go into <see cref="ClusterState"/>, pods without a node into
/// <see cref="PodBook"/>, and what pods refer to (claims, volumes, namespaces, priority classes) is read with them. One watch per kind.
/// </summary>
public sealed class LiveCluster
{
    private static readonly ApiResource[] Referenced =
        [ApiResource.Namespaces, ApiResource.PriorityClasses, ApiResource.PersistentVolumes, ApiResource.PersistentVolumeClaims];

    // A server without our resources has no power domains; whoever installs them waits no longer than this.
    private static readonly TimeSpan MissingPause = TimeSpan.FromSeconds(30);

    private readonly ApiClient _client;
    private readonly ClusterState _state;
    private readonly PodBook _book;
    private readonly ImmutableHashSet<string> _trusted;
    private readonly Reflector<NodeInfo> _nodes;
    private readonly Reflector<PodSighting> _pods;
    private readonly Reflector<PowerDomainSighting> _powerDomains;
    private readonly List<Reflector<ReferencedObject>> _referenced = [];

    /// <summary>Prepares the watches; <see cref="RunAsync"/> starts them.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="state">Where nodes, power domains and bound pods go.</param>
    /// <param name="book">Where pods without a node go.</param>
    /// <param name="roster">Where pods of the gangs we take care of go.</param>
    /// <param name="trustedNamespaces">Namespaces whose hints may lower the draw on nodes that do not enforce caps.</param>
    /// <param name="options">How to watch, and whom to tell.</param>
    public LiveCluster(
        ApiClient client, ClusterState state, PodBook book, GangRoster roster, ImmutableHashSet<string> trustedNamespaces, ReflectorOptions options)
    {
        (_client, _state, _book, _trusted) = (client, state, book, trustedNamespaces);
        var objects = new ReferencedObjects(book);
        foreach (var resource in Referenced)
        {
            _referenced.Add(new(client, new(resource.Path()), ReferencedObject.Read, objects.SinkFor(resource), options));
        }

        _nodes = new(client, new(ApiResource.Nodes.Path()), NodeOf, new NodeSink(state, roster), options);
        var domains = new ApiSelection(ApiResource.PowerDomains.Path());
        _powerDomains = new(client, domains, tree => PowerDomainOf(tree, options), new PowerDomainSink(state, PowerDomains, roster), options with { MissingPause = MissingPause });
        var running = new ApiSelection(ApiResource.Pods.Path(), "status.phase!=Succeeded,status.phase!=Failed");
        _pods = new(client, running, tree => PodSighting.Read(tree, book.Objects, trustedNamespaces), new PodSink(state, book, roster) { Seen = uid => Seen?.Invoke(uid) }, options);
    }

    /// <summary>Told the uid of each pod a watch shows bound, or let go by its gate; must not wait. Null: nobody.</summary>
    public Action<string>? Seen { get; init; }

    /// <summary>The power domains there are, with their status.</summary>
    public PowerDomainBook PowerDomains { get; } = new();

    /// <summary>Done once everything has been read: before, what is free is not known. A server without the resource of power domains has none.</summary>
    public Task Synced => Task.WhenAll([_nodes.Synced, _powerDomains.Synced, _pods.Synced, .. _referenced.Select(r => r.Synced)]);

    /// <summary>When the API server was last heard of pods; null: never.</summary>
    public DateTimeOffset? LastContact => _pods.LastContact;

    /// <summary>Times all pods were read anew.</summary>
    public long Relists => _pods.Relists;

    /// <summary>How each watch does, in the order of the kinds' names.</summary>
    public IReadOnlyList<WatchContact> Watches() =>
    [
        .. _referenced.Select((r, i) => Contact(Referenced[i], r)).Append(Contact(ApiResource.Nodes, _nodes)).Append(Contact(ApiResource.PowerDomains, _powerDomains))
            .Append(Contact(ApiResource.Pods, _pods)).OrderBy(w => w.Resource, StringComparer.Ordinal),
    ];

    /// <summary>Pod events seen.</summary>
    public long PodEvents => _pods.Events;

    /// <summary>Asks the API server where a pod is. One that is bound is told to the state at once, unless the watch was faster.</summary>
    public async Task<PodWhereabouts> LookAtAsync(string ns, string name, string uid, CancellationToken cancellation)
    {
        try
        {
            var tree = await _client.GetAsync(ApiResource.Pods.Path(ns, name), cancellation).ConfigureAwait(false);
            if (tree is null || PodSighting.Read(tree, _book.Objects, _trusted) is not { } sighting || sighting.Uid != uid) return PodWhereabouts.Gone;
            if (sighting.Bound is null) return sighting.Pending is null ? PodWhereabouts.Gone : PodWhereabouts.Unbound;
            _state.Confirm(sighting.Bound);
            return PodWhereabouts.Bound;
        }
        catch (Exception e) when (e is ApiException or ApiUnavailableException)
        {
            return PodWhereabouts.Unknown;
        }
    }

    /// <summary>Watches until it is cancelled. Pods come last: what they refer to is known when they are read.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var watches = _referenced.Select(r => r.RunAsync(cancellation)).Append(_nodes.RunAsync(cancellation)).Append(_powerDomains.RunAsync(cancellation)).ToList();
        var first = Task.WhenAll([_nodes.Synced, _powerDomains.Synced, .. _referenced.Select(r => r.Synced)]);
        await Task.WhenAny([first, .. watches]).ConfigureAwait(false);
        await await Task.WhenAny([.. watches, _pods.RunAsync(cancellation)]).ConfigureAwait(false);
    }

    private static WatchContact Contact<T>(ApiResource resource, Reflector<T> watch)
        where T : class => new(resource.Plural, watch.LastContact, watch.Events, watch.Relists, watch.Errors);

    private static NodeInfo? NodeOf(Tree tree)
    {
        var name = ObjectName.Of(tree);
        return name.Name.Length == 0 ? null : NodeMapper.Map(NodeReader.Read(Field.Root(tree, new($"node/{name.Name}"))));
    }

    private static PowerDomainSighting PowerDomainOf(Tree tree, ReflectorOptions options)
    {
        var sighting = PowerDomainSighting.Read(tree);
        if (sighting.Reading is { Spec: null, Problems: [var first, ..] })
        {
            options.Notice?.Invoke(new(WatchNoticeKind.Unreadable, ApiResource.PowerDomains.Path(), $"{first.Object} is left out: {first.Message}"));
        }

        return sighting;
    }

    private sealed class NodeSink(ClusterState state, GangRoster roster) : IWatchSink<NodeInfo>
    {
        public void Replace(IReadOnlyList<NodeInfo> items)
        {
            state.ReplaceNodes(items);
            roster.Wake();
        }

        public void Upsert(NodeInfo item)
        {
            state.Upsert(item);
            roster.Wake();
        }

        public void Remove(ObjectKey key)
        {
            state.RemoveNode(key.Name);
            roster.Wake();
        }
    }
}
