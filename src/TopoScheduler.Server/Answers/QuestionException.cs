using System.Collections.Immutable;
using TopoScheduler.Core;

namespace TopoScheduler.Server.Answers;

/// <summary>A question that cannot be answered as it is asked; asking it again changes nothing.</summary>
public sealed class QuestionException : Exception
{
    /// <summary>Options that cannot be meant.</summary>
    public QuestionException(IEnumerable<QuestionProblem> fields)
        : base("The question cannot be meant as it is asked.") => Fields = [.. fields];

    /// <summary>One option that cannot be meant.</summary>
    public QuestionException(string field, string value, string expected)
        : this(new[] { new QuestionProblem(field, value, expected) }.AsEnumerable())
    {
    }

    /// <summary>Jobs of which none can be read, or a scenario that is not understood.</summary>
    public QuestionException(ImmutableArray<Problem> problems)
        : base("None of the jobs can be read, or what shall be different is not understood.") => Problems = problems;

    /// <summary>What cannot be meant; empty where <see cref="Problems"/> says it.</summary>
    public ImmutableArray<QuestionProblem> Fields { get; } = [];

    /// <summary>What is wrong with the jobs; empty where <see cref="Fields"/> says it.</summary>
    public ImmutableArray<Problem> Problems { get; } = [];
}
