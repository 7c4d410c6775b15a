namespace TopoScheduler.Cli.Reports;

/// <summary>Names of domains as people say them.</summary>
internal static class Named
{
    /// <summary><c>rack r7</c>, but <c>rack-7</c> where the name says what it is already.</summary>
    public static string Of(string kind, string name) => name.StartsWith(kind, StringComparison.OrdinalIgnoreCase) ? name : $"{kind} {name}";
}
