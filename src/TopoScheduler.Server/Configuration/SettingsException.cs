using System.Collections.Immutable;

namespace TopoScheduler.Server.Configuration;

/// <summary>The settings are wrong: every problem there is, each naming key, value and what was expected.</summary>
public sealed class SettingsException(ImmutableArray<string> problems) : Exception(string.Join(' ', problems))
{
    /// <summary>One sentence each, in the order of the keys.</summary>
    public ImmutableArray<string> Problems { get; } = problems;
}
