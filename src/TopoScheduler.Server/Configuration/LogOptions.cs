using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>What is logged, and how. Logs go to standard error.</summary>
public sealed class LogOptions
{
    /// <summary><c>text</c> or <c>json</c>.</summary>
    /// <value>Default text on a terminal, JSON otherwise.</value>
    [RegularExpression("text|json", ErrorMessage = "expected text or json.")]
    public string? Format { get; set; }

    /// <summary>The least grave level that is logged.</summary>
    /// <value>Default <c>information</c>.</value>
    [RegularExpression("debug|information|warning|error", ErrorMessage = "expected debug, information, warning or error.")]
    public string Level { get; set; } = "information";
}
