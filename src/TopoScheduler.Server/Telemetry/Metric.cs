using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry;

/// <summary>One metric as <c>docs/reference/metrics.md</c> lists it; the instruments are made of it, so that neither can say anything else.</summary>
/// <param name="name">Its name. That of a counter ends in <c>_total</c>, that of watts and seconds in the unit.</param>
/// <param name="kind">What it is.</param>
/// <param name="unit">Its unit as UCUM writes it: <c>s</c>, <c>W</c>, <c>{gang}</c>, <c>1</c>.</param>
/// <param name="description">One sentence.</param>
/// <param name="labels">Names of its labels. Each has few values, whatever the size of the cluster, but for names of power domains, which are bounded by themselves.</param>
internal sealed class Metric(string name, MetricKind kind, string unit, string description, params string[] labels)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>What it is.</summary>
    public MetricKind Kind { get; } = kind;

    /// <summary>The unit.</summary>
    public string Unit { get; } = unit;

    /// <summary>One sentence.</summary>
    public string Description { get; } = description;

    /// <summary>Names of the labels.</summary>
    public IReadOnlyList<string> Labels { get; } = labels;

    /// <summary>Upper bounds of a histogram's buckets, in the unit; the last, without end, is not named.</summary>
    public double[] Buckets { get; init; } = [];

    /// <summary>A counter that is added to.</summary>
    public Counter<long> Counter(Meter meter) => meter.CreateCounter<long>(Name, Unit, Description);

    /// <summary>A histogram.</summary>
    public Histogram<double> Histogram(Meter meter) =>
        meter.CreateHistogram(Name, Unit, Description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });

    /// <summary>A figure, or a count that others keep, asked for when somebody looks.</summary>
    public void Observe<T>(Meter meter, Func<IEnumerable<Measurement<T>>> values)
        where T : struct
    {
        if (Kind == MetricKind.Counter) meter.CreateObservableCounter(Name, values, Unit, Description);
        else meter.CreateObservableGauge(Name, values, Unit, Description);
    }

    /// <summary>One measurement with the values of all labels, in their order.</summary>
    public Measurement<T> Of<T>(T value, params ReadOnlySpan<string> values)
        where T : struct
    {
        var tags = new KeyValuePair<string, object?>[values.Length];
        for (var i = 0; i < tags.Length; i++) tags[i] = Label(i, values[i]);
        return new(value, tags);
    }

    /// <summary>A label with its value.</summary>
    public KeyValuePair<string, object?> Label(int index, string value) => new(Labels[index], value);
}
