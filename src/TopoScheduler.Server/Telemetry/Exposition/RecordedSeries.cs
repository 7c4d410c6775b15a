namespace TopoScheduler.Server.Telemetry.Exposition;

/// <summary>What was recorded under one set of labels: a sum, and for a histogram how many values fell into which bucket. For any thread, without a lock.</summary>
/// <param name="labels">The labels.</param>
/// <param name="bounds">Upper bounds of the buckets, rising; empty for a counter.</param>
internal sealed class RecordedSeries(KeyValuePair<string, object?>[] labels, double[] bounds)
{
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _sum;
    private long _count;

    /// <summary>The labels.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> Labels => labels;

    /// <summary>True for these labels, in this order.</summary>
    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> other)
    {
        if (other.Length != labels.Length) return false;
        for (var i = 0; i < other.Length; i++)
        {
            // Words of ours are the same objects every time.
            if (!ReferenceEquals(other[i].Value, labels[i].Value) && !Equals(other[i].Value, labels[i].Value)) return false;
        }

        return true;
    }

    /// <summary>Adds to a counter.</summary>
    public void Add(long value) => Interlocked.Add(ref _count, value);

    /// <summary>Records a value of a histogram.</summary>
    public void Record(double value)
    {
        var bucket = 0;
        // Few bounds, and most values fall into the first of them.
        while (bucket < bounds.Length && !(value <= bounds[bucket])) bucket++;
        double before, seen = Volatile.Read(ref _sum);
        do before = seen;
        while ((seen = Interlocked.CompareExchange(ref _sum, before + value, before)) != before && !double.IsNaN(seen));
        Interlocked.Increment(ref _buckets[bucket]);
    }

    /// <summary>Writes its samples.</summary>
    public void Write(string name, ExpositionText text)
    {
        if (bounds.Length == 0)
        {
            text.Sample(new(name), labels, Interlocked.Read(ref _count));
            return;
        }

        // The count is that of the last bucket, whatever is recorded meanwhile.
        var count = 0L;
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            count += Interlocked.Read(ref _buckets[bucket]);
            text.Sample(new(name, "_bucket", bucket < bounds.Length ? bounds[bucket] : double.PositiveInfinity), labels, count);
        }

        text.Sample(new(name, "_sum"), labels, Volatile.Read(ref _sum));
        text.Sample(new(name, "_count"), labels, count);
    }
}
