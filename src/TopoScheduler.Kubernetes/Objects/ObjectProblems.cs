using System.Collections.Immutable;
using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>Collects what is wrong with one object while it is read.</summary>
/// <param name="obj">The object as written in messages: <c>pod/ml/trainer-0</c>.</param>
internal sealed class ObjectProblems(string obj)
{
    private readonly List<Problem> _problems = [];

    /// <summary>The object as written in messages.</summary>
    public string Object { get; } = obj;

    /// <summary>What was collected, in order.</summary>
    public IReadOnlyList<Problem> All => _problems;

    /// <summary>Adds an error.</summary>
    public void Error(string message) => Add(Problem.Error(Object, message));

    /// <summary>Adds a warning.</summary>
    public void Warning(string message) => Add(Problem.Warning(Object, message));

    /// <summary>Adds a note.</summary>
    public void Info(string message) => Add(Problem.Info(Object, message));

    /// <summary>What was collected, in order.</summary>
    public ImmutableArray<Problem> ToImmutable() => [.. _problems];

    private void Add(Problem problem)
    {
        // A template is read once for each role it serves; its mistakes are told once.
        if (!_problems.Contains(problem))
        {
            _problems.Add(problem);
        }
    }
}
