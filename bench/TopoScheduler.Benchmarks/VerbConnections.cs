namespace TopoScheduler.Benchmarks;

/// <summary>One request to each of the servers, each on a connection of its own.</summary>
public sealed class VerbConnections : IDisposable
{
    private readonly VerbConnection[] _all;

    /// <summary>Connects to all of them.</summary>
    /// <param name="servers">The servers.</param>
    /// <param name="verb">filter or prioritize.</param>
    /// <param name="body">With what.</param>
    public VerbConnections(VerbServers servers, string verb, byte[] body)
    {
        _all = Array.ConvertAll(servers.Urls, url => new VerbConnection(url, $"/scheduler/{verb}", body));
        Asks = Array.ConvertAll(_all, connection => (Action)connection.Ask);
    }

    /// <summary>Asks one of them, in their order.</summary>
    public Action[] Asks { get; }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_all, connection => connection.Dispose());
}
