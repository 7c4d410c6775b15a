using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TopoScheduler.EndToEnd;

/// <summary>
/// Serves pages on loopback and stands in for the rest of the world: as the browser's proxy it is asked for everything, answers its own pages and
/// refuses and remembers all else.
/// </summary>
internal sealed class PageServer : IDisposable
{
    /// <summary>The host of its pages, reserved for examples; only this proxy knows it.</summary>
    public const string Host = "report.test";

    private const int MostHeadLines = 100;

    private readonly Dictionary<string, string> _pages;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _asked = new();

    public PageServer(IEnumerable<(string Path, string Html)> pages)
    {
        _pages = pages.ToDictionary(p => $"GET http://{Host}/{p.Path}", p => p.Html);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What it was asked for beside its pages.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the visit is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await AnswerAsync(client.GetStream());
            }
            catch (IOException)
            {
                // The browser hung up.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var parts = (await reader.ReadLineAsync() ?? "").Split(' ');
        for (var i = 0; i < MostHeadLines && await reader.ReadLineAsync() is { Length: > 0 }; i++) { }
        if (parts.Length < 2) return;
        var asked = $"{parts[0]} {parts[1]}";
        if (!_pages.TryGetValue(asked, out var html)) _asked.Enqueue(asked);
        var body = Encoding.UTF8.GetBytes(html ?? "");
        var head = $"HTTP/1.1 {(html is null ? "404 Not Found" : "200 OK")}\r\nContent-Type: text/html\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
    }
}
