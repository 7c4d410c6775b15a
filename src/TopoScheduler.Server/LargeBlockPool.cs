using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace TopoScheduler.Server;

/// <summary>
/// The memory between sockets and requests, in blocks of 64 KiB. Kestrel's own are of 4 KiB: a request about 15,000 nodes then takes a hundred receives, and its
/// answer one array of handles for every block the socket is given. Blocks are kept for the next request up to a few MiB.
/// </summary>
internal sealed class LargeBlockPool : MemoryPool<byte>
{
    private const int BlockBytes = 64 << 10;
    private const int MostKept = 64;

    private readonly Lock _lock = new();
    private readonly Stack<Block> _free = new(MostKept);

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockBytes;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_lock)
        {
            if (_free.TryPop(out var block)) return block;
        }

        return new Block(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            if (_free.Count < MostKept) _free.Push(block);
        }
    }

    /// <summary>Hands one pool to every connection.</summary>
    internal sealed class Factory : IMemoryPoolFactory<byte>
    {
        private static readonly LargeBlockPool Shared = new();

        /// <inheritdoc/>
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => Shared;
    }

    // Pinned, as sockets need it; so it never has to be moved.
    private sealed class Block(LargeBlockPool pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
