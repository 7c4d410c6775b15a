using System.Buffers;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Copies pieces of JSON into a buffer writer, asking it for room seldom.</summary>
internal ref struct WireOutput(IBufferWriter<byte> output)
{
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
