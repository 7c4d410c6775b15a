using System.Collections.Immutable;

namespace TopoScheduler.Core.Placement.Scenarios;

/// <summary>Collects what is not understood of a scenario: one error for each text, about <c>field="text"</c>.</summary>
internal sealed class ScenarioProblems
{
    private const int MostCompared = 20;

    private readonly ImmutableArray<Problem>.Builder _problems = ImmutableArray.CreateBuilder<Problem>();

    /// <summary>How many there are.</summary>
    public int Count => _problems.Count;

    /// <summary>All of them.</summary>
    public ImmutableArray<Problem> All => _problems.ToImmutable();

    /// <summary>A text is wrong.</summary>
    /// <param name="field">Where it stands, in camelCase: <c>addRacks</c>.</param>
    /// <param name="text">What it says.</param>
    /// <param name="what">What is wrong with it, and what was expected; without a full stop.</param>
    public void Wrong(string field, string text, string what) => _problems.Add(Problem.Error($"{field}=\"{text}\"", $"{what}."));

    /// <summary>Which names were meant, perhaps: <c>one of r7, r70</c>. Comparing them takes a while, so of many wrong ones it is said of the first alone.</summary>
    public string CloseTo(string meant, IReadOnlyCollection<string> names) =>
        Count < MostCompared ? CloseNames.Of(meant, names) : $"one of the {names.Count} there are";
}
