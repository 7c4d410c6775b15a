using TopoScheduler.Server.Extender;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Benchmarks;

/// <summary>Reader, verb and writer in a row on the calling thread, as the routes have them.</summary>
/// <param name="verbs">What decides.</param>
/// <param name="body">The request.</param>
public sealed class VerbPieces(ExtenderVerbs verbs, byte[] body)
{
    private readonly FilterResultWriter _writer = new(RejectCodes.Reasons, foldUnresolvable: false);
    private readonly ExtenderArgs _args = new();
    private readonly FilterAnswer _filter = new();
    private readonly PriorityAnswer _priority = new();
    private readonly PooledBuffer _output = new();

    /// <summary>The last answer.</summary>
    public ReadOnlyMemory<byte> Answer => _output.Written;

    /// <summary>The filter verb.</summary>
    public void Filter()
    {
        var view = verbs.Current!;
        _output.Clear();
        ExtenderArgsReader.Read(body, view.Names, _args);
        verbs.FilterAsync(view, _args, _filter, default).AsTask().GetAwaiter().GetResult();
        _writer.Write(_output, _args, view.Names, _filter);
    }

    /// <summary>The prioritize verb.</summary>
    public void Prioritize()
    {
        var view = verbs.Current!;
        _output.Clear();
        ExtenderArgsReader.Read(body, view.Names, _args);
        verbs.PrioritizeAsync(view, _args, _priority, default).AsTask().GetAwaiter().GetResult();
        PriorityListWriter.Write(_output, _args, view.Names, _priority);
    }
}
