namespace TopoScheduler.Server.Extender.Wire;

/// <summary>The answer of filter: a verdict for each candidate, or an error. Reused from request to request.</summary>
public sealed class FilterAnswer
{
    private byte[] _verdicts = [];
    private int _count;
    private int[] _rejected = [];
    private int _rejectedCount;

    /// <summary>Verdict by <b>node index</b>: <see cref="RejectReasons.Fits"/> or the code of a reason. Only those of candidates are looked at.</summary>
    public Span<byte> Verdicts => _verdicts.AsSpan(0, _count);

    /// <summary>Why no answer is possible; empty when there is one.</summary>
    public string Error { get; set; } = "";

    /// <summary>The candidates that do not fit, as the writer comes upon them.</summary>
    internal ReadOnlySpan<int> Rejected => _rejected.AsSpan(0, _rejectedCount);

    /// <summary>Room for a cluster; every node fits until something else is said.</summary>
    public void Reset(int nodes)
    {
        if (_verdicts.Length < nodes) _verdicts = new byte[nodes];
        (_count, Error) = (nodes, "");
        Verdicts.Clear();
    }

    /// <summary>Room to note that many rejected candidates; none is noted.</summary>
    internal void ClearRejected(int most)
    {
        if (_rejected.Length < most) _rejected = new int[most];
        _rejectedCount = 0;
    }

    /// <summary>Notes a candidate that does not fit.</summary>
    internal void Reject(int candidate) => _rejected[_rejectedCount++] = candidate;
}
