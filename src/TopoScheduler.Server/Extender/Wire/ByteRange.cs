namespace TopoScheduler.Server.Extender.Wire;

/// <summary>A piece of a body.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct ByteRange(int Start, int Length)
{
    /// <summary>The piece itself.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) => body.Slice(Start, Length);
}
