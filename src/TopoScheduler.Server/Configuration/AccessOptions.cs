using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;

namespace TopoScheduler.Server.Configuration;

/// <summary>Who may use the API: whoever the API server knows and allows, or the bearer of one token.</summary>
public sealed class AccessOptions
{
    /// <summary>A file with a token whose bearer may do everything; nobody else may anything then. Read again for every request.</summary>
    /// <value>Default none: the API server is asked, which takes a live cluster.</value>
    public string? TokenFile { get; set; }

    /// <summary>Audiences, separated by commas, of which a token must be for one.</summary>
    /// <value>Default none: those of the API server itself.</value>
    public string Audiences { get; set; } = "";

    /// <summary>Seconds that what the API server allows is remembered; a token that is revoked may be used so much longer.</summary>
    /// <value>Default 60; more asks less, 0 asks for every request.</value>
    [Range(0, 600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int AllowSeconds { get; set; } = 60;

    /// <summary>Seconds that a refusal of the API server is remembered; who is allowed something waits so much longer.</summary>
    /// <value>Default 10; more asks less, 0 asks for every request.</value>
    [Range(0, 600, ErrorMessage = "expected a whole number from {1} to {2}.")]
    public int DenySeconds { get; set; } = 10;

    /// <summary>The audiences.</summary>
    internal ImmutableArray<string> AudienceList => [.. OptionNames.Of(Audiences)];
}
