using System.Collections.Concurrent;

namespace TopoScheduler.Server.Extender;

/// <summary>Scratches that wait for the next request. A scheduler calls filter and prioritize one at a time, so a few are enough.</summary>
internal sealed class ScratchPool
{
    private const int Most = 8;
    private readonly ConcurrentQueue<ExtenderScratch> _free = new();

    /// <summary>One to use; <see cref="Return"/> it afterwards.</summary>
    public ExtenderScratch Rent() => _free.TryDequeue(out var scratch) ? scratch : new();

    /// <summary>Takes one back.</summary>
    public void Return(ExtenderScratch scratch)
    {
        scratch.Clear();
        if (_free.Count < Most) _free.Enqueue(scratch);
        else scratch.Dispose();
    }
}
