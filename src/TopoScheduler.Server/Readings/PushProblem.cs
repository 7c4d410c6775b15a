namespace TopoScheduler.Server.Readings;

/// <summary>What is wrong with one item of a push.</summary>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Field">The field; empty for the item as a whole.</param>
/// <param name="Value">What it says; empty where it is missing.</param>
/// <param name="Expected">What was expected.</param>
internal sealed record PushProblem(int Index, string Field, string Value, string Expected);
