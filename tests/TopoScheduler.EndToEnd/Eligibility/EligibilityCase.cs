using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.Eligibility;

/// <summary>One pod that may go to one node only, if it may.</summary>
/// <param name="Scene">Where.</param>
/// <param name="Node">The node.</param>
/// <param name="Pod">The pod to create.</param>
/// <param name="Tags">What it uses.</param>
internal sealed record EligibilityCase(Scene Scene, string Node, JsonObject Pod, IReadOnlyCollection<string> Tags);
