using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>The cluster of a kubeconfig: address, proof of identity, proxy.</summary>
internal static class ClusterEntry
{
    /// <summary>Reads it.</summary>
    public static ApiConnection Read(KubeconfigEntry cluster, ConnectionQuestion question)
    {
        var text = cluster.Text("server");
        var whole = text is not null && !text.Contains("://", StringComparison.Ordinal) ? "http://" + text : text;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https") || server.Host.Length == 0)
        {
            throw cluster.Wrong("server", text, "the address of the API server, as https://10.0.0.1:6443");
        }

        var authority = cluster.Pem("certificate-authority");
        var skipVerify = cluster.Flag("insecure-skip-tls-verify");
        if (skipVerify && authority is not null)
        {
            throw new InputException(
                $"{cluster.File}: {cluster.Place}.insecure-skip-tls-verify: true beside certificate-authority, expected only one of them.");
        }

        var proxy = cluster.Secret("proxy-url");
        var name = cluster.Text("tls-server-name");
        return new()
        {
            Server = server,
            Authority = authority,
            SkipVerify = skipVerify,
            TlsServerName = string.IsNullOrEmpty(name) ? null : name,
            Compression = !cluster.Flag("disable-compression"),
            Proxy = string.IsNullOrEmpty(proxy)
                ? ProxyRules.OfEnvironment(question.Environment)
                : ProxyRules.Always(ProxyRules.Parse(proxy, $"{cluster.File}: {cluster.Place}.proxy-url")),
        };
    }
}
