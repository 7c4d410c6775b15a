using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>The record of every decision.</summary>
public sealed class AuditOptions
{
    /// <summary>Where a line is written for each decision; <c>-</c> for standard output.</summary>
    /// <value>Default none: nothing is recorded.</value>
    public string? File { get; set; }

    /// <summary>MiB of the file; then it is renamed, with <c>.1</c> at its end, in place of the one before.</summary>
    /// <value>Default 100; twice that is the most it takes.</value>
    [Range(1, 10_000, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int FileMiB { get; set; } = 100;

    /// <summary>True where decisions are recorded.</summary>
    internal bool IsOn => File is { Length: > 0 };
}
