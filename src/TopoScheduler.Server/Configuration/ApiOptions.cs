using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>The questions the HTTP API answers, and what they may take. Who may ask is said in <see cref="AccessOptions"/>.</summary>
public sealed class ApiOptions
{
    /// <summary>Answer questions under <c>/v1</c>.</summary>
    /// <value>Default false: there is no such route.</value>
    public bool Enabled { get; set; }

    /// <summary>How many questions that plan (report, capacity) are worked on at a time; each takes a core.</summary>
    /// <value>Default 2; more answers more callers at once, less leaves more to the extender.</value>
    [Range(1, 64, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int PlansAtOnce { get; set; } = 2;

    /// <summary>Seconds a question that plans may be worked on.</summary>
    /// <value>Default 30; more answers larger questions, less frees the cores sooner.</value>
    [Range(1, 600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int PlanSeconds { get; set; } = 30;

    /// <summary>MiB of the body of a question.</summary>
    /// <value>Default 8; more takes larger manifests, less takes less memory.</value>
    [Range(1, 64, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int BodyMiB { get; set; } = 8;
}
