using System.Buffers;

namespace TopoScheduler.Core.Placement.Search;

/// <summary>
/// Where the entries of all tables of one <see cref="TreeSearch"/> live: one rented array that tables are ranges of, and a dense scratch of cells by
/// vector in which a merge collects its best entries before they are appended.
/// <para>With width 1 a cell keeps the best entry. With more, it keeps entries in rising order and falling watts (a Pareto front); the last has the
/// fewest watts and is never given up, so a yes or no never depends on what was dropped.</para>
/// </summary>
internal sealed class EntryStore : IDisposable
{
    private readonly int _width;
    private readonly bool _wattsFirst;
    private readonly Entry[] _cells;
    private readonly int[] _filled;
    private Entry[] _entries;

    /// <param name="vectors">Number of cells.</param>
    /// <param name="width">Entries a cell may keep.</param>
    /// <param name="wattsFirst">Compare watts before the order.</param>
    public EntryStore(int vectors, int width, bool wattsFirst)
    {
        _width = width;
        _wattsFirst = wattsFirst;
        _cells = ArrayPool<Entry>.Shared.Rent(vectors * width);
        _filled = ArrayPool<int>.Shared.Rent(vectors);
        Array.Clear(_filled, 0, vectors);
        _entries = ArrayPool<Entry>.Shared.Rent(4096);
    }

    /// <summary>Index of the next entry.</summary>
    public int Next { get; private set; }

    /// <summary>An entry. Not to be held across an <see cref="Append"/>.</summary>
    public ref readonly Entry this[int index] => ref _entries[index];

    /// <summary>Adds an entry.</summary>
    public void Append(in Entry entry)
    {
        if (Next == _entries.Length)
        {
            var larger = ArrayPool<Entry>.Shared.Rent(_entries.Length * 2);
            Array.Copy(_entries, larger, Next);
            ArrayPool<Entry>.Shared.Return(_entries);
            _entries = larger;
        }

        _entries[Next++] = entry;
    }

    /// <summary>Offers an entry to the cell of its vector.</summary>
    public void Offer(in Entry entry)
    {
        var count = _filled[entry.Vector];
        var at = entry.Vector * _width;
        if (_width == 1)
        {
            // Later wins a tie: it puts more on the earlier nodes.
            if (count == 0 || Entry.Compare(entry, _cells[at], _wattsFirst) <= 0) _cells[at] = entry;
            _filled[entry.Vector] = 1;
            return;
        }

        var position = 0;
        while (position < count && Entry.Compare(_cells[at + position], entry, false) < 0)
        {
            if (_cells[at + position].Watts <= entry.Watts) return;
            position++;
        }

        var keep = position;
        while (keep < count && _cells[at + keep].Watts >= entry.Watts)
        {
            keep++;
        }

        InsertAt(position, keep, entry);
    }

    /// <summary>Appends all cells from vector <paramref name="low"/> to <paramref name="high"/> in ascending order and empties them.</summary>
    public TableRange Flush(int low, int high)
    {
        var start = Next;
        for (var vector = low; vector <= high; vector++)
        {
            for (var i = 0; i < _filled[vector]; i++)
            {
                Append(_cells[vector * _width + i]);
            }

            _filled[vector] = 0;
        }

        return new(start, Next);
    }

    public void Dispose()
    {
        ArrayPool<Entry>.Shared.Return(_entries);
        ArrayPool<Entry>.Shared.Return(_cells);
        ArrayPool<int>.Shared.Return(_filled);
    }

    // Replaces entries [position, keep) of a cell by one entry; a full cell gives up its last but one.
    private void InsertAt(int position, int keep, in Entry entry)
    {
        var at = entry.Vector * _width;
        var count = _filled[entry.Vector];
        if (keep > position)
        {
            Array.Copy(_cells, at + keep, _cells, at + position + 1, count - keep);
            count -= keep - position - 1;
        }
        else
        {
            if (count == _width)
            {
                if (position == count - 1) return;
                if (position == count)
                {
                    _cells[at + count - 1] = entry;
                    return;
                }

                _cells[at + count - 2] = _cells[at + count - 1];
                count--;
            }

            Array.Copy(_cells, at + position, _cells, at + position + 1, count - position);
            count++;
        }

        _cells[at + position] = entry;
        _filled[entry.Vector] = count;
    }
}

/// <summary>A table: entries Start … End−1 of the store.</summary>
internal readonly record struct TableRange(int Start, int End);
