namespace TopoScheduler.Server.Answers;

/// <summary>One gang to cap or move, as JSON says it.</summary>
/// <param name="Kind"><c>cap</c> or <c>move</c>.</param>
/// <param name="Gang"><c>job/ml/llama</c>; <c>pod/ml/x</c> for a pod of no gang.</param>
/// <param name="Priority">Highest priority of its pods there.</param>
/// <param name="Pods">How many those are.</param>
/// <param name="CapWatts">Power limit of each of its GPUs.</param>
/// <param name="Slowdown">1.08 for 8% longer.</param>
/// <param name="FreesWatts">What that frees.</param>
/// <param name="LeftWatts">What is over still.</param>
public sealed record ReliefView(string Kind, string Gang, int Priority, int Pods, int? CapWatts, double? Slowdown, long FreesWatts, long LeftWatts);
