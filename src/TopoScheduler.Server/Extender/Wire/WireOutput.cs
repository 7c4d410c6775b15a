using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Copies pieces of JSON into a buffer writer, asking it for room seldom.</summary>
internal ref struct WireOutput(IBufferWriter<byte> output)
{
    /// <summary>So many bytes at a time are copied by <see cref="Copy"/>.</summary>
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

    /// <summary>
    /// Copies a short piece in whole blocks into <see cref="Room"/>: something else comes along behind it, and what is written next goes over that.
    /// </summary>
    /// <param name="piece">The piece and at least <see cref="Block"/> bytes more.</param>
    /// <param name="length">Length of the piece.</param>
    /// <param name="room">Where it goes, with a block to spare.</param>
    /// <returns>The length.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Copy(ReadOnlySpan<byte> piece, int length, Span<byte> room)
    {
        var at = 0;
        do
        {
            Vector256.Create(piece[at..]).CopyTo(room[at..]);
            at += Block;
        }
        while (at < length);
        return length;
    }

    /// <summary>Room for so many bytes and a block to spare; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> Room(int bytes)
    {
        if (_room.Length - _written < bytes + Block) Grow(bytes + Block);
        return _room[_written..];
    }

    /// <summary>So many bytes of <see cref="Room"/> are written.</summary>
    public void Advance(int bytes) => _written += bytes;

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
