using System.Text.Json.Nodes;

namespace TopoScheduler.Testing.FakeApi;

/// <summary>One event of the history.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Type">ADDED, MODIFIED, DELETED.</param>
/// <param name="Collection">Path of the kind, without namespace.</param>
/// <param name="Object">The object then; of a deleted one the last that was known.</param>
/// <param name="Previous">The object before; null when there was none.</param>
public sealed record FakeEvent(long Version, string Type, string Collection, JsonObject Object, JsonObject? Previous);
