namespace TopoScheduler.Server.Extender.Wire;

/// <summary>The answer of filter: a verdict for each candidate, or an error. Reused from request to request.</summary>
public sealed class FilterAnswer
{
    private byte[] _verdicts = [];
    private int _count;
    private int[] _sorted = [];
    private int _fitting;
    private int _failed;
    private int _never;

    /// <summary>Verdict by <b>node index</b>: <see cref="RejectReasons.Fits"/> or the code of a reason. Only those of candidates are looked at.</summary>
    public Span<byte> Verdicts => _verdicts.AsSpan(0, _count);

    /// <summary>Why no answer is possible; empty when there is one.</summary>
    public string Error { get; set; } = "";

    /// <summary>The candidates that fit, after <see cref="Sort"/>.</summary>
    internal ReadOnlySpan<int> Fitting => _sorted.AsSpan(0, _fitting);

    /// <summary>Those to be named in FailedNodes.</summary>
    internal ReadOnlySpan<int> Failed => _sorted.AsSpan(_sorted.Length / 3, _failed);

    /// <summary>Those to be named in FailedAndUnresolvableNodes.</summary>
    internal ReadOnlySpan<int> Never => _sorted.AsSpan(2 * (_sorted.Length / 3), _never);

    /// <summary>Room for a cluster; every node fits until something else is said.</summary>
    public void Reset(int nodes)
    {
        if (_verdicts.Length < nodes) _verdicts = new byte[nodes];
        (_count, Error) = (nodes, "");
        Verdicts.Clear();
    }

    /// <summary>Tells the candidates apart by what becomes of them; their order stays.</summary>
    /// <param name="nodes">Node index by candidate, -1 for a name nobody knows.</param>
    /// <param name="lists">By verdict: 0 fits, 1 failed, 2 never.</param>
    internal void Sort(ReadOnlySpan<int> nodes, ReadOnlySpan<byte> lists)
    {
        if (_sorted.Length < 3 * nodes.Length) _sorted = new int[3 * nodes.Length];
        var verdicts = Verdicts;
        var third = _sorted.Length / 3;
        // Which nodes fit follows no rule, so a branch would be guessed wrong often: every candidate goes to the end of all three lists, one of which grows.
        Span<int> fitting = _sorted.AsSpan(0, third), failed = _sorted.AsSpan(third, third), never = _sorted.AsSpan(2 * third);
        var (f, r, n) = (0, 0, 0);
        for (var c = 0; c < nodes.Length; c++)
        {
            var node = nodes[c];
            var list = (int)lists[node < 0 ? RejectReasons.UnknownNode : verdicts[node]];
            fitting[f] = failed[r] = never[n] = c;
            r += list & 1;
            n += list >> 1;
            f = c + 1 - r - n;
        }

        (_fitting, _failed, _never) = (f, r, n);
    }
}
