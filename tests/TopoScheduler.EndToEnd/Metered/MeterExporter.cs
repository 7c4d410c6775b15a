using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TopoScheduler.EndToEnd.Metered;

/// <summary>
/// An exporter on loopback: a page of samples as Prometheus scrapes them. It can end and begin again at the same port, and it can say itself when its samples were
/// taken: then Prometheus does not notice its end, and repeats its last sample for five minutes.
/// </summary>
internal sealed class MeterExporter(int port) : IDisposable
{
    private TcpListener? _listener;

    /// <summary>The port.</summary>
    public int Port { get; } = port;

    /// <summary>True: each sample bears its own time.</summary>
    public bool Timestamps { get; set; }

    /// <summary>Series and their values.</summary>
    public (string Series, double Value)[] Samples { get; set; } = [];

    /// <summary>Answers from now on.</summary>
    public void Begin()
    {
        _listener = new(IPAddress.Loopback, Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>It is gone: nobody listens at its port.</summary>
    public void End()
    {
        _listener?.Dispose();
        _listener = null;
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The end, or a scraper that hung up; the next listens anew.
            if (ReferenceEquals(_listener, listener)) _ = AcceptAsync(listener);
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 }) { }
        var at = Timestamps ? $" {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}" : "";
        var body = Encoding.UTF8.GetBytes(string.Concat(Samples.Select(s => $"{s.Series} {Number(s.Value)}{at}\n")));
        var head = $"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(body);
    }

    private static string Number(double value) => double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}
