using System.Globalization;
using System.Text.Json;
using TopoScheduler.Kubernetes.Files;

namespace TopoScheduler.Kubernetes.Api.Auth;

/// <summary>What a program gave: a token, a client certificate, or both.</summary>
/// <param name="Token">Bearer token; null: none.</param>
/// <param name="CertificatePem">Client certificate; null: none.</param>
/// <param name="KeyPem">Its key.</param>
/// <param name="Expires">When it has to be run again; never where it does not say.</param>
internal sealed record ExecAnswer(string? Token, string? CertificatePem, string? KeyPem, DateTimeOffset Expires)
{
    /// <summary>Reads an ExecCredential.</summary>
    /// <exception cref="InputException">It is none; nothing of it is repeated.</exception>
    public static ExecAnswer Parse(ReadOnlyMemory<byte> output, ExecPlugin plugin)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var root = document.RootElement;
            if (Text(root, "kind") != "ExecCredential" || Text(root, "apiVersion") != plugin.ApiVersion)
            {
                throw Wrong(plugin, "kind or apiVersion", $"an ExecCredential of {plugin.ApiVersion}");
            }

            if (!root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object)
            {
                throw Wrong(plugin, "status", "an object with a token, or with clientCertificateData and clientKeyData");
            }

            var (token, certificate, key) = (Text(status, "token"), Text(status, "clientCertificateData"), Text(status, "clientKeyData"));
            if (certificate is null != key is null || (token is null && certificate is null))
            {
                throw Wrong(plugin, "status", "a token, or both clientCertificateData and clientKeyData");
            }

            return new(token, certificate, key, Expiry(status, plugin));
        }
        catch (JsonException e)
        {
            throw new InputException($"exec {plugin.Command}: its output is not JSON, expected an ExecCredential.", e);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "answer of a credential program";

    private static DateTimeOffset Expiry(JsonElement status, ExecPlugin plugin)
    {
        if (Text(status, "expirationTimestamp") is not { } text)
        {
            return DateTimeOffset.MaxValue;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Wrong(plugin, "status.expirationTimestamp", "a time as 2006-01-02T15:04:05Z");
    }

    private static string? Text(JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static InputException Wrong(ExecPlugin plugin, string key, string expected) => new($"exec {plugin.Command}: {key} of its output is wrong, expected {expected}.");
}
