using System.Buffers;
using System.Diagnostics.Metrics;

namespace TopoScheduler.Server.Telemetry.Exposition;

/// <summary>
/// The page Prometheus scrapes: listens to one meter from the start on, and asks its gauges when the page is asked for. However many ask at once, a page is made
/// once a second at most; the others get the one that is there.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    /// <summary>What it is.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>A page so young is given out again.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, Metric> _catalogue = MetricCatalogue.All.ToDictionary(m => m.Name, StringComparer.Ordinal);
    private readonly List<RecordedMetric> _recorded = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private readonly ExpositionText _text;
    private readonly TimeProvider _time;
    private readonly Action<string> _trouble;
    private readonly Lock _making = new();
    private Instrument? _observed;
    private byte[] _page = [];
    private long _madeAt = -1;
    private string _told = "";

    /// <summary>A page of what hangs on a meter.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="time">The clock.</param>
    /// <param name="trouble">Told when a gauge could not be asked; the others are.</param>
    public MetricsPage(Meter meter, TimeProvider time, Action<string> trouble)
    {
        (_text, _time, _trouble) = (new(_buffer), time, trouble);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // A process of tests has several meters of one name.
            if (ReferenceEquals(instrument.Meter, meter) && _catalogue.ContainsKey(instrument.Name)) listener.EnableMeasurementEvents(instrument, StateOf(instrument));
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, state) => Take(instrument, value, labels, state));
        _listener.SetMeasurementEventCallback<long>(Take);
        _listener.SetMeasurementEventCallback<double>(Take);
        _listener.Start();
    }

    /// <summary>The page. For any thread.</summary>
    public ReadOnlyMemory<byte> Read()
    {
        lock (_making)
        {
            if (_madeAt < 0 || _time.GetElapsedTime(_madeAt) >= Fresh) (_page, _madeAt) = (Make_NeedsLock(), _time.GetTimestamp());
            return _page;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private byte[] Make_NeedsLock()
    {
        _buffer.ResetWrittenCount();
        lock (_recorded)
        {
            foreach (var metric in _recorded) metric.Write(_catalogue[metric.Instrument.Name], _text);
        }

        _observed = null;
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException e)
        {
            // Once, and not with every scrape.
            if (e.InnerExceptions[0].Message is var reason && reason != _told) _trouble(_told = reason);
        }

        return _buffer.WrittenSpan.ToArray();
    }

    // What is asked for has no state: it is written as it comes.
    private RecordedMetric? StateOf(Instrument instrument)
    {
        if (instrument.IsObservable) return null;
        var made = new RecordedMetric(instrument, instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } ? [.. bounds] : []);
        lock (_recorded) _recorded.Add(made);
        return made;
    }

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state)
    {
        if (state is RecordedMetric recorded) recorded.Add(value, labels);
        else if (IsAsked(instrument)) _text.Sample(new(instrument.Name), labels, value);
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, object? state)
    {
        if (state is RecordedMetric recorded) recorded.Record(value, labels);
        else if (IsAsked(instrument)) _text.Sample(new(instrument.Name), labels, value);
    }

    // Gauges are asked one after the other, so that a head stands over all samples of its metric. Nobody else asks: the lock is held.
    private bool IsAsked(Instrument instrument)
    {
        if (!_making.IsHeldByCurrentThread) return false;
        if (ReferenceEquals(_observed, instrument)) return true;
        _observed = instrument;
        var metric = _catalogue[instrument.Name];
        _text.Head(metric.Name, metric.Description, metric.Kind);
        return true;
    }
}
