using System.Net;
using Microsoft.Extensions.Options;

namespace TopoScheduler.Server.Configuration;

/// <summary>The rules between values, and those that no attribute can say. Each failure begins with the name of its property.</summary>
internal sealed class ServeRules
    : IValidateOptions<SourceOptions>, IValidateOptions<ListenOptions>, IValidateOptions<ExtenderOptions>, IValidateOptions<WebhookOptions>
{
    private const string Example = "for example http://127.0.0.1:8888";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SourceOptions options)
    {
        var failures = new List<string>();
        if (options.Cluster is { Length: > 0 } && options.Kubeconfig is { Length: > 0 }) failures.Add("Kubeconfig: expected either this or source.cluster, not both.");
        if (options.Cluster is { Length: > 0 } && options.Context is { Length: > 0 }) failures.Add("Context: expected either this or source.cluster, not both.");
        return Result(failures);
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ListenOptions options)
    {
        var failures = new List<string>();
        var url = EndPointOf(options.Url) ?? EndPointOf(options.Url, Uri.UriSchemeHttps);
        var health = EndPointOf(options.HealthUrl);
        var api = EndPointOf(options.ApiUrl) ?? EndPointOf(options.ApiUrl, Uri.UriSchemeHttps);
        var isAsked = options.ClientCaFile is { Length: > 0 };
        if (url is null) failures.Add($"Url: expected http:// or https://, an IP address or localhost, and a port, {Example}.");
        else if (!IPAddress.IsLoopback(url.Address) && !options.AllowNonLoopback && !isAsked) failures.Add("Url: expected a loopback address, or https:// with listen.clientCaFile, or listen.allowNonLoopback: true, which lets anybody in.");
        if (options.HealthUrl is not null && health is null) failures.Add($"HealthUrl: expected http://, an IP address or localhost, and a port, {Example}.");
        else if (health is not null && url is not null && health.Port == url.Port && health.Port != 0) failures.Add("HealthUrl: expected another port than that of listen.url.");
        CheckApi(options, api, [url, health], failures);
        CheckGrpc(options, [url, health, options.GrpcUrl == options.ApiUrl && IsHttps(options.ApiUrl) ? null : api], failures);
        CheckFiles(options, failures);
        return Result(failures);
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ExtenderOptions options) =>
        Result(options.NodesBodyMiB < options.BodyMiB ? ["NodesBodyMiB: expected at least extender.bodyMiB."] : []);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        if (options.Url is null) return Result(options.EnforcesBindings ? ["Enforce: expected webhook.url too: without it nobody asks."] : []);
        var failures = new List<string>();
        if (EndPointOf(options.Url, Uri.UriSchemeHttps) is null) failures.Add("Url: expected https://, an IP address or localhost, and a port, for example https://0.0.0.0:9443.");
        if (string.IsNullOrEmpty(options.CertFile)) failures.Add("CertFile: expected a PEM file with the certificate of webhook.url.");
        if (string.IsNullOrEmpty(options.KeyFile)) failures.Add("KeyFile: expected a PEM file with the key of webhook.certFile.");
        if (options.ClientNames.Length > 0 && string.IsNullOrEmpty(options.ClientCaFile)) failures.Add("ClientNames: expected webhook.clientCaFile too.");
        return Result(failures);
    }

    // Tokens that go over a network unencrypted are anybody's.
    private static void CheckApi(ListenOptions options, IPEndPoint? api, IPEndPoint?[] others, List<string> failures)
    {
        if (options.ApiUrl is null) return;
        if (api is null) failures.Add("ApiUrl: expected http:// or https://, an IP address or localhost, and a port, for example https://0.0.0.0:8443.");
        else if (!IPAddress.IsLoopback(api.Address) && !IsHttps(options.ApiUrl)) failures.Add("ApiUrl: expected https:// or a loopback address.");
        else if (others.Any(o => o?.Port == api.Port && api.Port != 0)) failures.Add("ApiUrl: expected another port than those of listen.url and listen.healthUrl.");
    }

    private static void CheckGrpc(ListenOptions options, IPEndPoint?[] others, List<string> failures)
    {
        if (options.GrpcUrl is null) return;
        var grpc = EndPointOf(options.GrpcUrl) ?? EndPointOf(options.GrpcUrl, Uri.UriSchemeHttps);
        if (grpc is null) failures.Add("GrpcUrl: expected http:// or https://, an IP address or localhost, and a port, for example https://0.0.0.0:9090.");
        else if (!IPAddress.IsLoopback(grpc.Address) && !IsHttps(options.GrpcUrl)) failures.Add("GrpcUrl: expected https:// or a loopback address.");
        else if (others.Any(o => o?.Port == grpc.Port && grpc.Port != 0)) failures.Add("GrpcUrl: expected another port than those of listen.url, listen.healthUrl and listen.apiUrl, or over https:// the very address of listen.apiUrl.");
    }

    private static void CheckFiles(ListenOptions options, List<string> failures)
    {
        if (IsHttps(options.Url) || IsHttps(options.ApiUrl) || IsHttps(options.GrpcUrl))
        {
            if (string.IsNullOrEmpty(options.CertFile)) failures.Add("CertFile: expected a PEM file with the certificate of the https:// address.");
            if (string.IsNullOrEmpty(options.KeyFile)) failures.Add("KeyFile: expected a PEM file with the key of listen.certFile.");
        }
        else
        {
            if (options.CertFile is { Length: > 0 }) failures.Add("CertFile: expected https:// in listen.url, listen.apiUrl or listen.grpcUrl.");
            if (options.KeyFile is { Length: > 0 }) failures.Add("KeyFile: expected https:// in listen.url, listen.apiUrl or listen.grpcUrl.");
        }

        if (options.ClientCaFile is { Length: > 0 } && !IsHttps(options.Url)) failures.Add("ClientCaFile: expected https:// in listen.url.");
        if (options.ClientNames.Length > 0 && options.ClientCaFile is not { Length: > 0 }) failures.Add("ClientNames: expected listen.clientCaFile too.");
    }

    private static bool IsHttps(string? url) => url?.StartsWith("https://", StringComparison.Ordinal) == true;

    /// <summary>Where an URL says to listen, or null when it is none that can be listened on.</summary>
    internal static IPEndPoint? EndPointOf(string? url, string scheme = "http")
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != scheme || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0) return null;
        if (uri.Host == "localhost") return new(IPAddress.Loopback, uri.Port);
        return IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) ? new(address, uri.Port) : null;
    }

    private static ValidateOptionsResult Result(List<string> failures) =>
        failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
}
