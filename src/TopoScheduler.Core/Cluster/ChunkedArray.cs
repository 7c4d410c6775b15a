namespace TopoScheduler.Core.Cluster;

/// <summary>
/// An immutable array in chunks, so that a changed version copies only the chunks it touches and shares the rest: a pod event then costs a few
/// kilobytes however many nodes there are.
/// <code>
///   version 1   [ a ][ b ][ c ][ d ]
///   version 2   [ a ][ b'][ c ][ d ]     one value of b changed
/// </code>
/// </summary>
/// <typeparam name="T">What is stored.</typeparam>
internal sealed class ChunkedArray<T>
{
    private const int Shift = 8;
    private const int ChunkLength = 1 << Shift;
    private const int Mask = ChunkLength - 1;

    private readonly T[][] _chunks;

    private ChunkedArray(T[][] chunks, int length)
    {
        _chunks = chunks;
        Length = length;
    }

    /// <summary>How many values there are.</summary>
    public int Length { get; }

    /// <summary>The value at an index.</summary>
    public T this[int index] => _chunks[index >> Shift][index & Mask];

    /// <summary>An array of equal values; all its chunks are one.</summary>
    public static ChunkedArray<T> Filled(int length, T value)
    {
        var chunk = new T[ChunkLength];
        Array.Fill(chunk, value);
        var chunks = new T[(length + Mask) >> Shift][];
        Array.Fill(chunks, chunk);
        return new(chunks, length);
    }

    /// <summary>The values of an array.</summary>
    public static ChunkedArray<T> Of(ReadOnlySpan<T> values)
    {
        var chunks = new T[(values.Length + Mask) >> Shift][];
        for (var c = 0; c < chunks.Length; c++)
        {
            chunks[c] = new T[ChunkLength];
            values.Slice(c << Shift, Math.Min(ChunkLength, values.Length - (c << Shift))).CopyTo(chunks[c]);
        }

        return new(chunks, values.Length);
    }

    /// <summary>Writes the values to a span of at least this length.</summary>
    public void CopyTo(Span<T> values)
    {
        for (var c = 0; c < _chunks.Length; c++)
        {
            var at = c << Shift;
            _chunks[c].AsSpan(0, Math.Min(ChunkLength, Length - at)).CopyTo(values[at..]);
        }
    }

    /// <summary>The values in order, chunk by chunk, to walk without an index computation per value.</summary>
    public ReadOnlySpan<T> Chunk(int chunk) => _chunks[chunk].AsSpan(0, Math.Min(ChunkLength, Length - (chunk << Shift)));

    /// <summary>How many chunks there are.</summary>
    public int ChunkCount => _chunks.Length;

    /// <summary>Starts a changed version.</summary>
    public Editor Edit() => new(this);

    /// <summary>A version in the making: a chunk is copied when it is first written to.</summary>
    internal sealed class Editor
    {
        private readonly ChunkedArray<T> _before;
        private T[][]? _chunks;

        internal Editor(ChunkedArray<T> before) => _before = before;

        /// <summary>Reads or writes a value.</summary>
        public T this[int index]
        {
            get => (_chunks ?? _before._chunks)[index >> Shift][index & Mask];
            set
            {
                _chunks ??= (T[][])_before._chunks.Clone();
                var chunk = index >> Shift;
                if (ReferenceEquals(_chunks[chunk], _before._chunks[chunk])) _chunks[chunk] = (T[])_chunks[chunk].Clone();
                _chunks[chunk][index & Mask] = value;
            }
        }

        /// <summary>The finished version; the one it was made from when nothing was written.</summary>
        public ChunkedArray<T> ToImmutable()
        {
            if (_chunks is null) return _before;
            var finished = new ChunkedArray<T>(_chunks, _before.Length);
            return finished;
        }
    }
}
