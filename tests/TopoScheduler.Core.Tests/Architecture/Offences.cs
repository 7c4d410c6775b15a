namespace TopoScheduler.Core.Tests.Architecture;

/// <summary>What breaks a rule, one line each.</summary>
internal static class Offences
{
    /// <summary>Fails and lists them all; <c>Assert.Empty</c> would show only the first five.</summary>
    public static void AreNone(IEnumerable<string> offences)
    {
        var all = offences.Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.True(all.Length == 0, $"{all.Length} places break this rule:\n{string.Join('\n', all)}");
    }
}
