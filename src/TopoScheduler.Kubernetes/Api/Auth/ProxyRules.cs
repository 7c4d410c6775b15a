using System.Globalization;
using System.Net;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>
/// Which proxy leads to which host: <c>proxy-url</c> of a kubeconfig always, else <c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c> and <c>NO_PROXY</c> as
/// Go reads them: names with their subdomains, addresses, networks (<c>10.0.0.0/8</c>), a port where it counts, <c>*</c> for all. Loopback needs no proxy.
/// </summary>
public sealed class ProxyRules : IWebProxy
{
    private static readonly string[] Schemes = ["http", "https", "socks5", "socks5h"];

    private readonly Uri? _forHttps;
    private readonly Uri? _forHttp;
    private readonly bool _always;
    private readonly string[] _exempt;

    private ProxyRules(Uri? forHttps, Uri? forHttp, bool always, string[] exempt) =>
        (_forHttps, _forHttp, _always, _exempt) = (WithoutUser(forHttps), WithoutUser(forHttp), always, exempt);

    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; }

    /// <summary>This proxy, whatever the environment says.</summary>
    public static ProxyRules Always(Uri proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return new(proxy, proxy, always: true, []) { Credentials = CredentialsOf(proxy) };
    }

    /// <summary>The rules of the environment; null when it names no proxy.</summary>
    /// <param name="environment">Value of a variable, null when it is not set.</param>
    public static ProxyRules? OfEnvironment(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var https = Named(environment, "HTTPS_PROXY");
        var http = Named(environment, "HTTP_PROXY");
        if (https is null && http is null)
        {
            return null;
        }

        var exempt = (Value(environment, "NO_PROXY") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new(https, http, always: false, exempt) { Credentials = CredentialsOf(https ?? http!) };
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return IsBypassed(destination) ? null : For(destination);
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return For(host) is null || (!_always && (host.IsLoopback || _exempt.Any(rule => Matches(rule, host))));
    }

    /// <summary>The address of a proxy.</summary>
    /// <exception cref="InputException">It is none.</exception>
    internal static Uri Parse(string text, string place)
    {
        var whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;

        // The value may hold a password: it is not repeated.
        return Uri.TryCreate(whole, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme) && uri.Host.Length > 0
            ? uri
            : throw new InputException($"{place}: is no address of a proxy, expected one as http://proxy:3128 (http, https or socks5).");
    }

    private static Uri? Named(Func<string, string?> environment, string name) => Value(environment, name) is { } text ? Parse(text, name) : null;

    private static string? Value(Func<string, string?> environment, string name)
    {
        var text = environment(name);
        text = string.IsNullOrWhiteSpace(text) ? environment(name.ToLowerInvariant()) : text;
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private static NetworkCredential? CredentialsOf(Uri proxy) =>
        proxy.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest] ? new(Uri.UnescapeDataString(user), rest.Length > 0 ? Uri.UnescapeDataString(rest[0]) : "") : null;

    // Messages of the runtime name the proxy's address.
    private static Uri? WithoutUser(Uri? proxy) => proxy is null ? null : new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;

    private static bool Matches(string rule, Uri host)
    {
        if (rule == "*")
        {
            return true;
        }

        var name = host.IdnHost.TrimStart('[').TrimEnd(']');
        var isAddress = IPAddress.TryParse(name, out var address);
        if (rule.Contains('/', StringComparison.Ordinal))
        {
            return isAddress && IPNetwork.TryParse(rule, out var network) && network.Contains(address!);
        }

        var (wanted, port) = Split(rule);
        if (port is not null && port != host.Port)
        {
            return false;
        }

        if (IPAddress.TryParse(wanted, out var exempt))
        {
            return isAddress && exempt.Equals(address);
        }

        // "example.com" is the name and what lies below it, ".example.com" and "*.example.com" only what lies below.
        var suffix = wanted.StartsWith("*.", StringComparison.Ordinal) ? wanted[1..] : wanted;
        return suffix.StartsWith('.')
            ? name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            : name.Equals(suffix, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase);
    }

    private static (string Host, int? Port) Split(string rule)
    {
        if (IPAddress.TryParse(rule, out _))
        {
            return (rule, null);
        }

        var colon = rule.LastIndexOf(':');
        return colon > 0 && int.TryParse(rule[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (rule[..colon].TrimStart('[').TrimEnd(']'), port)
            : (rule.TrimStart('[').TrimEnd(']'), null);
    }

    private Uri? For(Uri host) => host.Scheme == Uri.UriSchemeHttp ? _forHttp : _forHttps;
}
