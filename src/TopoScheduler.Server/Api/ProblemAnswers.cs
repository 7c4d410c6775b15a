namespace TopoScheduler.Server.Api;

/// <summary>Metadata of a route whose refusals are problem documents, whoever refuses: the gate before the route, or the route.</summary>
internal sealed class ProblemAnswers
{
    /// <summary>The one there is.</summary>
    public static ProblemAnswers Instance { get; } = new();
}
