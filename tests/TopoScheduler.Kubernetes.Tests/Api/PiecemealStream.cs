namespace TopoScheduler.Kubernetes.Tests.Api;

/// <summary>Bytes that arrive a few at a time.</summary>
internal sealed class PiecemealStream(byte[] bytes, int piece) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
}
