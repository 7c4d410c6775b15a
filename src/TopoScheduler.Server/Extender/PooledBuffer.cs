using System.Buffers;

namespace TopoScheduler.Server.Extender;

/// <summary>Bytes in one piece that grow as they come, in rented memory. Kept from request to request; unusually large memory is not.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int Least = 16 << 10;
    private const int MostKept = 4 << 20;
    private byte[] _bytes = [];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>All of them.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <inheritdoc/>
    public void Advance(int count) => Length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Makes room for so many bytes more.</summary>
    public void Reserve(int more)
    {
        if (_bytes.Length - Length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(Math.Max(Least, (long)Length + more), Length * 2L)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        GiveBack();
        _bytes = larger;
    }

    /// <summary>Forgets the bytes.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > MostKept) GiveBack();
    }

    private void GiveBack()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }
}
