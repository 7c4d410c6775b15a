using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Server.Readings;

/// <summary>What became of a reading that was offered.</summary>
internal enum ReadingFate
{
    /// <summary>It is the newest.</summary>
    Taken,

    /// <summary>A newer one is known.</summary>
    Older,

    /// <summary>It is too old to be believed.</summary>
    Stale,

    /// <summary>It is from the future.</summary>
    Ahead,

    /// <summary>There are too many things already.</summary>
    Full,
}

/// <summary>
/// The newest reading of each thing, whoever measured it. One that gets too old, or turns out to be from the future because somebody sets the clock, is no
/// longer fresh; it is remembered for a while, so that it can be told. For threads.
/// </summary>
/// <param name="stale">How long a reading is believed.</param>
/// <param name="time">The clock.</param>
internal sealed class ReadingStore(TimeSpan stale, TimeProvider time)
{
    /// <summary>Most things of which there are readings.</summary>
    public const int MostReadings = 100_000;

    /// <summary>How far ahead of us the clock of a meter may be.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);
    private static readonly Comparison<PowerReading> Order = (a, b) => a.Kind != b.Kind ? a.Kind.CompareTo(b.Kind) : string.CompareOrdinal(a.Name, b.Name);

    private readonly Lock _lock = new();
    private readonly Dictionary<(PowerReadingKind Kind, string Name), Entry> _entries = [];
    private bool _changed;

    /// <summary>Offers one.</summary>
    public ReadingFate Offer(in PowerReading reading)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (reading.At < now - stale) return ReadingFate.Stale;
            if (reading.At > now + MostAhead) return ReadingFate.Ahead;
            if (_entries.Count >= MostReadings && !_entries.ContainsKey((reading.Kind, reading.Name))) return ReadingFate.Full;
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, (reading.Kind, reading.Name), out var known);

            // What is not fresh any more is in nobody's way: not even if it bears a time to come.
            if (known && IsFresh(entry.Reading, now) && !IsNewer(reading, entry.Reading)) return entry.Reading == reading ? ReadingFate.Taken : ReadingFate.Older;
            _changed |= entry.Reading != reading || !entry.Fresh;
            entry = new(reading, true);
            return ReadingFate.Taken;
        }
    }

    /// <summary>All fresh readings, by kind and name, if they are others than the last time this was asked; else null.</summary>
    public ImmutableArray<PowerReading>? TakeChange()
    {
        lock (_lock)
        {
            Age(time.GetUtcNow());
            if (!_changed) return null;
            _changed = false;
            var fresh = new List<PowerReading>(_entries.Count);
            foreach (var entry in _entries.Values)
            {
                if (entry.Fresh) fresh.Add(entry.Reading);
            }

            fresh.Sort(Order);
            return [.. fresh];
        }
    }

    /// <summary>What was taken last was not put to use: it counts as changed.</summary>
    public void Again()
    {
        lock (_lock)
        {
            _changed = true;
        }
    }

    /// <summary>How many there are of each kind now.</summary>
    public (int Fresh, int Stale)[] Count()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var counts = new (int Fresh, int Stale)[ReadingKinds.Words.Length];
            foreach (var entry in _entries.Values)
            {
                ref var count = ref counts[(int)entry.Reading.Kind];
                if (IsFresh(entry.Reading, now)) count.Fresh++;
                else count.Stale++;
            }

            return counts;
        }
    }

    // Of two samples of one moment the higher counts: readings are to make it safer.
    private static bool IsNewer(in PowerReading reading, in PowerReading than) =>
        reading.At > than.At || (reading.At == than.At && !(reading.Watts <= than.Watts));

    private bool IsFresh(in PowerReading reading, DateTimeOffset now) => reading.At >= now - stale && reading.At <= now + MostAhead;

    private void Age(DateTimeOffset now)
    {
        foreach (var key in _entries.Keys)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
            var fresh = IsFresh(entry.Reading, now);
            if (fresh != entry.Fresh)
            {
                entry.Fresh = fresh;
                _changed = true;
            }
            else if (!fresh && (now - entry.Reading.At).Duration() > stale + Remembered)
            {
                _entries.Remove(key);
            }
        }
    }

    private record struct Entry(PowerReading Reading, bool Fresh);
}
