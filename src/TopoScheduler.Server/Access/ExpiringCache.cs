using System.Diagnostics.CodeAnalysis;

namespace TopoScheduler.Server.Access;

/// <summary>Remembers so much and no more, each thing for a time; of too many the oldest are forgotten. For threads.</summary>
/// <typeparam name="T">What is remembered.</typeparam>
/// <param name="most">How much.</param>
/// <param name="time">The clock.</param>
internal sealed class ExpiringCache<T>(int most, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (T Value, long From, TimeSpan Lasts)> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>How much is remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _known.Count;
        }
    }

    /// <summary>What is remembered under a key.</summary>
    public bool TryGet(string key, [MaybeNullWhen(false)] out T value)
    {
        lock (_lock)
        {
            var isKnown = _known.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.From) < entry.Lasts;
            value = isKnown ? entry.Value : default;
            return isKnown;
        }
    }

    /// <summary>Remembers something for a time; nothing for none.</summary>
    public void Put(string key, T value, TimeSpan lasts)
    {
        if (lasts <= TimeSpan.Zero) return;
        lock (_lock)
        {
            // A key that is put again stands in the order twice and may be forgotten early: it is asked for again then.
            while (_order.Count >= most) _known.Remove(_order.Dequeue());
            _order.Enqueue(key);
            _known[key] = (value, time.GetTimestamp(), lasts);
        }
    }
}
