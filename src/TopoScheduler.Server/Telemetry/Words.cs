using TopoScheduler.Core.Cluster;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Live;
using TopoScheduler.Kubernetes.Api;
using TopoScheduler.Server.Controllers.Gangs;

namespace TopoScheduler.Server.Telemetry;

/// <summary>Enum members as labels have them, made once: <c>PodCount</c> is <c>pod_count</c>.</summary>
internal static class Words
{
    /// <summary>The word of a reason not to fit.</summary>
    public static string Of(FitConstraint value) => Table<FitConstraint>.Words[(int)value];

    /// <summary>The word of what planning ended in.</summary>
    public static string Of(PlacementOutcome value) => Table<PlacementOutcome>.Words[(int)value];

    /// <summary>The word of why the state refused.</summary>
    public static string Of(CommitRefusal value) => Table<CommitRefusal>.Words[(int)value];

    /// <summary>The word of what became of a binding.</summary>
    public static string Of(BindOutcome value) => Table<BindOutcome>.Words[(int)value];

    /// <summary>The word of what became of a gate.</summary>
    public static string Of(ReleaseOutcome value) => Table<ReleaseOutcome>.Words[(int)value];

    /// <summary>The word of what a gang waits for.</summary>
    public static string Of(WaitCause value) => Table<WaitCause>.Words[(int)value];

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly string[] Words = [.. Enum.GetNames<T>().Select(Snake)];

        private static string Snake(string name) =>
            string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 && char.IsLower(name[i - 1]) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
    }
}
