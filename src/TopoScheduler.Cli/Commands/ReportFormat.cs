namespace TopoScheduler.Cli.Commands;

/// <summary>How a report is written.</summary>
internal enum ReportFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For people, every column and row.</summary>
    Wide,

    /// <summary>For programs.</summary>
    Json,

    /// <summary>For programs, and for people who read them.</summary>
    Yaml,

    /// <summary>For a comment on a change.</summary>
    Markdown,

    /// <summary>One page to open, print or forward.</summary>
    Html,
}
