namespace TopoScheduler.Cli.Reports;

/// <summary>How a piece of text is shown. Meaning never rests on colour alone.</summary>
internal enum Ink
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>Stands out.</summary>
    Bold,

    /// <summary>Stands back.</summary>
    Dim,

    /// <summary>As wished.</summary>
    Good,

    /// <summary>Mind this.</summary>
    Warn,

    /// <summary>In the way.</summary>
    Bad,

    /// <summary>The gang's own share.</summary>
    Accent,
}
