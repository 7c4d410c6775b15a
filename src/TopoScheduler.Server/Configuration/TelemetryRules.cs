using Microsoft.Extensions.Options;

namespace TopoScheduler.Server.Configuration;

/// <summary>The rules between values of <see cref="TelemetryOptions"/>.</summary>
internal sealed class TelemetryRules : IValidateOptions<TelemetryOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var failures = new List<string>();
        CheckServer(options, failures);
        if (options.StaleSeconds < options.IntervalSeconds) failures.Add("StaleSeconds: expected at least telemetry.intervalSeconds.");
        foreach (var query in options.Queries())
        {
            var option = char.ToUpperInvariant(query.Option[0]) + query.Option[1..];
            if (!TelemetryOptions.IsLabel(query.Label)) failures.Add($"{option.Replace("Query", "Label", StringComparison.Ordinal)}: expected the name of a label.");
            if (query.Times.Length > 0) continue;
            failures.Add(
                $"{option}: expected a plain selector, or telemetry.{query.Option.Replace("Query", "TimeQuery", StringComparison.Ordinal)} too: of anything else Prometheus does not tell how old it is.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckServer(TelemetryOptions options, List<string> failures)
    {
        if (options.Prometheus is not { Length: > 0 } server)
        {
            if (options.BearerTokenFile is { Length: > 0 }) failures.Add("BearerTokenFile: expected telemetry.prometheus too.");
            if (options.CaFile is { Length: > 0 }) failures.Add("CaFile: expected telemetry.prometheus too.");
            return;
        }

        var isUrl = Uri.TryCreate(server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length + url.Query.Length + url.Fragment.Length == 0;
        if (!isUrl)
        {
            failures.Add("Prometheus: expected http:// or https://, a host, perhaps a port and a path, for example http://prometheus.monitoring:9090; a secret belongs into telemetry.bearerTokenFile.");
            return;
        }

        if (options.CaFile is { Length: > 0 } && url!.Scheme != Uri.UriSchemeHttps) failures.Add("CaFile: expected https:// in telemetry.prometheus.");
        if (options.BearerTokenFile is { Length: > 0 } && url!.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
        {
            failures.Add("BearerTokenFile: expected https:// in telemetry.prometheus: on the way to another machine anybody could read the token.");
        }
    }
}
