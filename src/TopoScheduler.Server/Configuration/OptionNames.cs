namespace TopoScheduler.Server.Configuration;

/// <summary>Names in one value, separated by commas.</summary>
internal static class OptionNames
{
    /// <summary>The names.</summary>
    public static string[] Of(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
