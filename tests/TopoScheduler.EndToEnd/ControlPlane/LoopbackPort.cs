using System.Net;
using System.Net.Sockets;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>
/// Free ports on loopback for programs that must be told theirs. They lie below the range from which the system takes ports of outgoing
/// connections, so that no connection takes one between its choice and its use; each is given out once.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 18000;
    private const int Last = 31999;

    // Two test runs at once begin far from each other.
    private static int _last = First + (Environment.ProcessId * 131 % (Last - First));

    /// <summary>A free port.</summary>
    public static int Next()
    {
        for (var attempts = Last - First; attempts > 0; attempts--)
        {
            var port = First + ((Interlocked.Increment(ref _last) - First) % (Last - First + 1));
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"no port from {First} to {Last} is free");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
