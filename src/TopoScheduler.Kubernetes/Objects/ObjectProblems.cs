using System.Collections.Immutable;
using TopoScheduler.Core;

namespace TopoScheduler.Kubernetes.Objects;

/// <summary>Collects what is wrong with one object while it is read.</summary>
/// <param name="obj">The object as written in messages: <c>pod/ml/trainer-0</c>.</param>
internal sealed class ObjectProblems(string obj)
{
    /// <summary>Most problems told of one object; a file made of mistakes would drown the rest, and cost more the more it holds.</summary>
    public const int Most = 100;

    private readonly List<Problem> _problems = [];
    private readonly HashSet<Problem> _known = [];

    /// <summary>The object as written in messages.</summary>
    public string Object { get; } = obj;

    /// <summary>True when no more is told: finding out what a further problem might mean is then in vain.</summary>
    public bool IsFull => _known.Count >= Most;

    /// <summary>True when a further error changes nothing any more: it need not even be worded.</summary>
    public bool HasToldAllErrors => _problems.Count > Most && _problems[Most].Severity == Severity.Error;

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
        if (_known.Count < Most)
        {
            if (_known.Add(problem))
            {
                _problems.Add(problem);
            }
        }
        else if (!_known.Contains(problem))
        {
            TellMore(problem.Severity);
        }
    }

    // One problem stands for all that are left out, as grave as the gravest of them; errors come first in the order of severities.
    private void TellMore(Severity severity)
    {
        if (_problems.Count > Most && _problems[Most].Severity <= severity)
        {
            return;
        }

        var more = new Problem(severity, Object, $"has more problems; the first {Most} are told.");
        _problems.RemoveRange(Most, _problems.Count - Most);
        _problems.Add(more);
    }
}
