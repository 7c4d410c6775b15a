using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Copies pieces of JSON into a buffer writer, asking it for room seldom.</summary>
internal ref struct WireOutput(IBufferWriter<byte> output)
{
    /// <summary>So many bytes at a time are copied by <see cref="WriteBlocks"/>.</summary>
    public const int Block = 32;

    private const int LeastRoom = 4096;
    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _room;
    private int _written;

    /// <summary>Copies a piece.</summary>
    public void Write(ReadOnlySpan<byte> piece)
    {
        if (_room.Length - _written < piece.Length) Grow(piece.Length);
        piece.CopyTo(_room[_written..]);
        _written += piece.Length;
    }

    /// <summary>Copies a short piece in whole blocks: something else comes along behind it, and what is written next goes over that.</summary>
    /// <param name="piece">The piece and at least <see cref="Block"/> bytes more.</param>
    /// <param name="length">Length of the piece.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBlocks(ReadOnlySpan<byte> piece, int length)
    {
        if (_room.Length - _written < length + Block) Grow(length + Block);
        var to = _room[_written..];
        for (var at = 0; at < length; at += Block) Vector256.Create(piece[at..]).CopyTo(to[at..]);
        _written += length;
    }

    /// <summary>Writes one byte.</summary>
    public void Write(byte piece)
    {
        if (_room.Length == _written) Grow(1);
        _room[_written++] = piece;
    }

    /// <summary>Hands over what was written. Nothing may be written after it.</summary>
    public void Flush()
    {
        _output.Advance(_written);
        _room = [];
        _written = 0;
    }

    private void Grow(int length)
    {
        Flush();
        _room = _output.GetSpan(Math.Max(LeastRoom, length));
    }
}
