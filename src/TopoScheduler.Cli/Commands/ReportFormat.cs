namespace TopoScheduler.Cli.Commands;

/// <summary>How a report is written.</summary>
internal enum ReportFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs.</summary>
    Json,
}
