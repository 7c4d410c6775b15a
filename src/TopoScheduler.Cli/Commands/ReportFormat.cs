namespace TopoScheduler.Cli.Commands;

/// <summary>How a report is written.</summary>
internal enum ReportFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For programs.</summary>
    Json,

    /// <summary>For a comment on a change.</summary>
    Markdown,

    /// <summary>One page to open, print or forward.</summary>
    Html,
}
