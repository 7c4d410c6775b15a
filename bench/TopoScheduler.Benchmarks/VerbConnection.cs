using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TopoScheduler.Benchmarks;

/// <summary>A kept-alive connection to a server of this process that allocates nothing itself, so that what is allocated is the server's.</summary>
public sealed class VerbConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[8 << 20];

    /// <summary>Connects.</summary>
    /// <param name="url">The server.</param>
    /// <param name="path">What is asked.</param>
    /// <param name="body">With what.</param>
    public VerbConnection(Uri url, string path, byte[] body)
    {
        _request = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n")), .. body];
        _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(url.Host, url.Port);
    }

    /// <summary>One request and its whole answer.</summary>
    public void Ask()
    {
        _socket.Send(_request);
        var (length, end) = (0, -1);
        while (end < 0 || length < end)
        {
            var read = _socket.Receive(_answer.AsSpan(length));
            if (read == 0) throw new IOException("the server hung up");
            length += read;
            if (end < 0) end = End(_answer.AsSpan(0, length));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Where the answer ends, or -1 before its head is there.
    private static int End(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return -1;
        if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new IOException(Encoding.ASCII.GetString(answer));
        var length = answer[..head].IndexOf("Content-Length: "u8) + "Content-Length: ".Length;
        var digits = answer[length..];
        return head + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
