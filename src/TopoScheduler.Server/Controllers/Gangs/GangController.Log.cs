using Microsoft.Extensions.Logging;
using TopoScheduler.Server.Audit;

namespace TopoScheduler.Server.Controllers.Gangs;

public sealed partial class GangController
{
    /// <summary>The record of decisions; null for none.</summary>
    internal AuditLog? Audit
    {
        init => (_turns.Audit, _releases.Audit) = (value, value);
    }

    [LoggerMessage(1, LogLevel.Information, "the controller of gangs has begun; {Gangs} gangs were planned before")]
    private partial void LogStarted(int gangs);

    [LoggerMessage(2, LogLevel.Warning, "the controller of gangs cannot read what was planned: {Reason}; it tries again")]
    private partial void LogNotStarted(string reason);

    [LoggerMessage(3, LogLevel.Information, "{Gang}: {Members} members planned in {Domain}")]
    private partial void LogPlanned(string gang, int members, string domain);

    [LoggerMessage(4, LogLevel.Information, "{Gang} has ended")]
    private partial void LogEnded(string gang);
}
