namespace TopoScheduler.Server.Answers;

/// <summary>What is asked about is not there.</summary>
/// <param name="message">What is missing, and what is meant perhaps.</param>
public sealed class NoSubjectException(string message) : Exception(message);
