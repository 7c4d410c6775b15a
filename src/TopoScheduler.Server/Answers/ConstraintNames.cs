using System.Text.Json;
using TopoScheduler.Core.Placement;

namespace TopoScheduler.Server.Answers;

/// <summary>Names of constraints as the report writes them: <c>podCount</c>, <c>nvlink</c>.</summary>
public sealed class ConstraintNames : JsonNamingPolicy
{
    /// <summary>The policy.</summary>
    public static ConstraintNames Policy { get; } = new();

    /// <inheritdoc/>
    public override string ConvertName(string name) => name == nameof(FitConstraint.NvLink) ? "nvlink" : CamelCase.ConvertName(name);
}
