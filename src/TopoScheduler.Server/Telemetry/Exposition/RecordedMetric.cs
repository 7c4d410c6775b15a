using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry.Exposition;

/// <summary>What was recorded with one instrument, by labels. Finding the series of labels that were there before takes no lock and no memory.</summary>
/// <param name="instrument">The instrument.</param>
/// <param name="bounds">Upper bounds of a histogram's buckets; empty for a counter.</param>
internal sealed class RecordedMetric(Instrument instrument, double[] bounds)
{
    /// <summary>Series of one metric: more than its labels have words. What comes after them is counted together, under <see cref="Other"/>.</summary>
    public const int MostSeries = 256;

    /// <summary>Value of all labels of what is counted together.</summary>
    public const string Other = "other";

    private readonly Lock _adding = new();
    private RecordedSeries[] _series = [];

    /// <summary>The instrument.</summary>
    public Instrument Instrument => instrument;

    /// <summary>Adds to a counter.</summary>
    public void Add(long value, ReadOnlySpan<KeyValuePair<string, object?>> labels) => Of(labels).Add(value);

    /// <summary>Records a value of a histogram.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) => Of(labels).Record(value);

    /// <summary>Writes its head and all its samples. One without labels is there before anything was recorded, at 0.</summary>
    public void Write(Metric metric, ExpositionText text)
    {
        if (metric.Labels.Count == 0) Of([]);
        var series = Volatile.Read(ref _series);
        if (series.Length == 0) return;
        text.Head(metric.Name, metric.Description, metric.Kind);
        foreach (var one in series) one.Write(metric.Name, text);
    }

    private RecordedSeries Of(ReadOnlySpan<KeyValuePair<string, object?>> labels) => Find(Volatile.Read(ref _series), labels) ?? Add(labels);

    private static RecordedSeries? Find(RecordedSeries[] series, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        foreach (var one in series)
        {
            if (one.Is(labels)) return one;
        }

        return null;
    }

    private RecordedSeries Add(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        lock (_adding)
        {
            if (Find(_series, labels) is { } there) return there;
            var own = labels.ToArray();
            if (_series.Length >= MostSeries)
            {
                for (var i = 0; i < own.Length; i++) own[i] = new(own[i].Key, Other);
                if (Find(_series, own) is { } others) return others;
            }

            RecordedSeries made = new(own, bounds);
            Volatile.Write(ref _series, [.. _series, made]);
            return made;
        }
    }
}
