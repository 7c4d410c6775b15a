namespace TopoScheduler.Server.Extender.Wire;

/// <summary>The answer of prioritize: a score for each candidate. Reused from request to request.</summary>
public sealed class PriorityAnswer
{
    /// <summary>The best score (MaxExtenderPriority).</summary>
    public const byte Best = 10;

    private byte[] _scores = [];
    private int _count;

    /// <summary>Score, 0 to <see cref="Best"/>, by <b>node index</b>. Only those of candidates are looked at.</summary>
    public Span<byte> Scores => _scores.AsSpan(0, _count);

    /// <summary>Room for a cluster; every node scores 0 until something else is said.</summary>
    public void Reset(int nodes)
    {
        if (_scores.Length < nodes) _scores = new byte[nodes];
        _count = nodes;
        Scores.Clear();
    }
}
