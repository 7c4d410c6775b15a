using Microsoft.Extensions.Options;

namespace TopoScheduler.Server.Configuration;

/// <summary>What no attribute can say of <see cref="MetricsOptions"/>.</summary>
internal sealed class MetricsRules : IValidateOptions<MetricsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MetricsOptions options)
    {
        if (options.Otlp is not { Length: > 0 } server) return ValidateOptionsResult.Success;
        var isUrl = Uri.TryCreate(server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0;
        return isUrl
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Otlp: expected http:// or https://, a host and a port, for example http://collector.monitoring:4317; a secret belongs into OTEL_EXPORTER_OTLP_HEADERS.");
    }
}
