namespace TopoScheduler.Server.Answers;

/// <summary>Something in a question that cannot be meant.</summary>
/// <param name="Field">Where it stands: <c>policy.maxSteps</c>, <c>domain</c>.</param>
/// <param name="Value">What stands there, shortened; empty for nothing.</param>
/// <param name="Expected">What was expected.</param>
public sealed record QuestionProblem(string Field, string Value, string Expected);
