using System.Collections.Immutable;
using System.Globalization;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Cli.Reports;

/// <summary>What the forms of the gangs say alike.</summary>
internal static class PlacementsWords
{
    /// <summary>Said where there are none.</summary>
    public const string None = "No gang is taken care of: there is no GangPlacement.";

    /// <summary>What the cells of a gang are, its message aside.</summary>
    public static ImmutableArray<string> Heads { get; } = ["gang", "phase", "bound", "place", "nodes", "watts", "age"];

    /// <summary>The cells of every gang.</summary>
    public static ImmutableArray<ImmutableArray<string>> Rows(AgedGangs gangs) =>
        [.. gangs.View.Gangs.Select(g => Cells(g, gangs.Ages.TryGetValue((g.Namespace, g.Name), out var age) ? age : null))];

    /// <summary>A column of figures.</summary>
    public static bool IsNumber(int column) => column is 2 or 4 or 5;

    /// <summary>Whether a phase is good news.</summary>
    public static Ink InkOf(string phase) => phase switch
    {
        "Bound" => Ink.Good,
        "Degraded" => Ink.Bad,
        "Waiting" => Ink.Warn,
        _ => Ink.Plain,
    };

    private static ImmutableArray<string> Cells(GangView gang, TimeSpan? age) =>
    [
        gang.Gang, gang.Phase, string.Create(CultureInfo.InvariantCulture, $"{gang.Bound}/{gang.Size}"),
        gang.Tier is null ? "-" : gang.Domain is { Length: > 0 } domain && domain != gang.Tier ? $"{gang.Tier} {domain}" : gang.Tier,
        gang.Nodes > 0 ? Figures.Whole(gang.Nodes) : "-", gang.AddedWatts > 0 ? Figures.Whole(gang.AddedWatts) : "-", age is { } known ? Age(known) : "-",
    ];

    // As kubectl says it.
    private static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 120 } => Whole(Math.Max(0, age.TotalSeconds), "s"),
        { TotalMinutes: < 120 } => Whole(age.TotalMinutes, "m"),
        { TotalHours: < 48 } => Whole(age.TotalHours, "h"),
        _ => Whole(age.TotalDays, "d"),
    };

    private static string Whole(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number)}{unit}");
}
