using System.Runtime.CompilerServices;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>
/// The request of filter and prioritize: a pod and its candidates. Reused from request to request, so that none allocates per candidate; valid until
/// the next <see cref="ExtenderArgsReader.Read"/> into it, and no longer than its body.
/// </summary>
public sealed class ExtenderArgs
{
    private const int MostKept = 1 << 16;
    private int[] _nodes = [];
    private ByteRange[] _ranges = [];

    /// <summary>The body all ranges are of.</summary>
    public ReadOnlyMemory<byte> Body { get; internal set; }

    /// <summary>The pod as received, in Kubernetes JSON.</summary>
    public ReadOnlyMemory<byte> PodJson => Body.Slice(PodRange.Start, PodRange.Length);

    /// <summary>Which pod it is.</summary>
    public PodIdentity Pod { get; internal set; } = PodIdentity.None;

    /// <summary>Node objects came, not names (nodeCacheCapable: false): the answer must hold those that fit, as received.</summary>
    public bool HasNodeObjects { get; internal set; }

    /// <summary>How many candidates there are, repeated ones counted as often.</summary>
    public int Count { get; private set; }

    /// <summary>Node index of each candidate in the order received; -1 for a name that is not known.</summary>
    public ReadOnlySpan<int> Nodes => _nodes.AsSpan(0, Count);

    /// <summary>Where the pod stands in the body.</summary>
    internal ByteRange PodRange { get; set; }

    /// <summary>The name of a candidate as JSON text, quotes included.</summary>
    internal ReadOnlySpan<byte> JsonNameOf(int candidate, NodeNameTable names)
    {
        var node = _nodes[candidate];
        if (node >= 0) return names.JsonOf(node);
        var name = _ranges[(2 * candidate) + 1];
        return name.Length == 0 ? "\"\""u8 : name.Of(Body.Span);
    }

    /// <summary>The Node object of a candidate as received.</summary>
    internal ReadOnlySpan<byte> ObjectOf(int candidate) => _ranges[2 * candidate].Of(Body.Span);

    /// <summary>Forgets the last request, and its memory if that was unusually large.</summary>
    internal void Clear()
    {
        if (_nodes.Length > MostKept) (_nodes, _ranges) = ([], []);
        (Body, Pod, PodRange) = (default, PodIdentity.None, default);
        ClearNodes();
    }

    /// <summary>Forgets the candidates alone.</summary>
    internal void ClearNodes() => (Count, HasNodeObjects) = (0, false);

    /// <summary>One more candidate.</summary>
    /// <param name="node">Node index, or -1.</param>
    /// <param name="name">Its name in the body, quotes included; of length 0 for the empty name.</param>
    /// <param name="wholeObject">Its object, if there is one.</param>
    internal void Add(int node, ByteRange name, ByteRange wholeObject = default)
    {
        if (Count == _nodes.Length) Grow();
        _nodes[Count] = node;
        // Of a known node only its object is looked up again; names alone leave the ranges as they were.
        if (node < 0 || wholeObject.Length > 0) SetRanges(name, wholeObject);
        Count++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        var size = Math.Max(1024, Count * 2);
        Array.Resize(ref _nodes, size);
        Array.Resize(ref _ranges, 2 * size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetRanges(ByteRange name, ByteRange wholeObject)
    {
        _ranges[2 * Count] = wholeObject;
        _ranges[(2 * Count) + 1] = name;
    }
}
