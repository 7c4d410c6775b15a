using Microsoft.Extensions.Logging;

namespace TopoScheduler.Server.Webhook;

/// <content>What the routes log.</content>
public sealed partial class WebhookEndpoints
{
    [LoggerMessage(1, LogLevel.Warning, "{Path} refused with {Status}: {Reason}")]
    private partial void LogRefused(string path, int status, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Path} failed by a defect: {Kind}: {Reason} {Place}")]
    private partial void LogDefect(string path, string kind, string reason, string place);

    [LoggerMessage(3, LogLevel.Information, "denied to {User}: {Reason}")]
    private partial void LogDenied(string user, string reason);
}
