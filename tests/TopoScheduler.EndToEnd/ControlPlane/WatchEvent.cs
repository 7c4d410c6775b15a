using System.Text.Json.Nodes;

namespace TopoScheduler.EndToEnd.ControlPlane;

/// <summary>One event of a watch.</summary>
/// <param name="Type"><c>ADDED</c>, <c>MODIFIED</c>, <c>DELETED</c>, <c>BOOKMARK</c> or <c>ERROR</c>.</param>
/// <param name="Object">The object; of an error the Status.</param>
internal sealed record WatchEvent(string Type, JsonObject Object)
{
    /// <summary>Name of the object.</summary>
    public string Name => Object["metadata"]?["name"]?.GetValue<string>() ?? "";

    /// <summary>The code of an error, as 410; 0 of any other event.</summary>
    public int Code => Type == "ERROR" ? Object["code"]?.GetValue<int>() ?? 0 : 0;
}
