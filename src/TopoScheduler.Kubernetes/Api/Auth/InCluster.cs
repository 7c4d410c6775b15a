using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>The connection every pod is given: two variables and a folder.</summary>
internal static class InCluster
{
    private const string HostVariable = "KUBERNETES_SERVICE_HOST";
    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    /// <summary>The connection; null when we do not run in a pod.</summary>
    public static ApiConnection? Find(ConnectionQuestion question)
    {
        var host = question.Environment(HostVariable)?.Trim();
        var port = question.Environment(PortVariable)?.Trim();
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            return null;
        }

        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw new InputException($"{PortVariable}: \"{port}\", expected a port.");
        }

        if (IPAddress.TryParse(host.Trim('[', ']'), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            host = $"[{address}]";
        }

        if (!Uri.TryCreate($"https://{host}:{port}/", UriKind.Absolute, out var server))
        {
            throw new InputException($"{HostVariable}: \"{host}\", expected an address or a name.");
        }

        var folder = question.ServiceAccountFolder;
        var token = Path.Combine(folder, "token");
        if (!File.Exists(token))
        {
            throw new InputException($"{token}: no such file, expected the token of the pod's service account (automountServiceAccountToken: true).");
        }

        var authority = Path.Combine(folder, "ca.crt");
        var ns = Path.Combine(folder, "namespace");
        return new()
        {
            Server = server,
            Source = "the cluster around this pod",
            Authority = File.Exists(authority) ? PemSource.OfFile(authority) : null,
            Namespace = File.Exists(ns) && FileText.Read(ns).Trim() is { Length: > 0 } name ? name : "default",
            Proxy = ProxyRules.OfEnvironment(question.Environment),
            User = new() { TokenFile = token },
        };
    }
}
