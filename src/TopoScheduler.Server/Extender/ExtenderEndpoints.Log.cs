using Microsoft.Extensions.Logging;

namespace TopoScheduler.Server.Extender;

/// <content>What the routes log.</content>
public sealed partial class ExtenderEndpoints
{
    [LoggerMessage(1, LogLevel.Warning, "{Verb} refused with {Status}: {Reason}")]
    private partial void LogRefused(string verb, int status, string reason);

    // One line, like every other: the place instead of a stack.
    [LoggerMessage(2, LogLevel.Error, "{Verb} failed by a defect: {Kind}: {Reason} {Place}")]
    private partial void LogDefect(string verb, string kind, string reason, string place);

    [LoggerMessage(3, LogLevel.Debug, "{Verb} answered in {Microseconds} µs")]
    private partial void LogAnswered(string verb, long microseconds);
}
