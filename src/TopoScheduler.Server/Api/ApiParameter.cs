namespace TopoScheduler.Server.Api;

/// <summary>A parameter of a route.</summary>
/// <param name="Name">Its name.</param>
/// <param name="InPath">It stands in the path, and so is always given; else in the query.</param>
/// <param name="Type"><c>string</c> or <c>integer</c>.</param>
/// <param name="Description">What it says.</param>
internal sealed record ApiParameter(string Name, bool InPath, string Type, string Description);
