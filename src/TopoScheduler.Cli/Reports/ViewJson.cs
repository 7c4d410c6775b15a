using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TopoScheduler.Core;

namespace TopoScheduler.Cli.Reports;

/// <summary>Writes what the commands beside <c>report</c> print as JSON, in the same habits: camelCase, numbers with units in their names, nothing null.</summary>
internal static class ViewJson
{
    private static readonly ViewJsonTypes Json = new(JsonStyle.With(new JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase)));

    /// <summary>Writes the network.</summary>
    public static void Write(TextWriter output, TopologyView view) => Write(output, view, Json.TopologyView);

    /// <summary>Writes findings.</summary>
    public static void Write(TextWriter output, DoctorView view) => Write(output, view, Json.DoctorView);

    /// <summary>Writes the room that is left.</summary>
    public static void Write(TextWriter output, CapacityView view) => Write(output, view, Json.CapacityView);

    /// <summary>Writes the power tree.</summary>
    public static void Write(TextWriter output, PowerView view) => Write(output, view, Json.PowerView);

    /// <summary>Writes what became of gates.</summary>
    public static void Write(TextWriter output, GateRemovalView view) => Write(output, view, Json.GateRemovalView);

    private static void Write<T>(TextWriter output, T view, JsonTypeInfo<T> type)
    {
        output.Write(JsonSerializer.Serialize(view, type));
        output.Write('\n');
    }
}

/// <summary>Generated serialisers.</summary>
[JsonSerializable(typeof(TopologyView))]
[JsonSerializable(typeof(DoctorView))]
[JsonSerializable(typeof(CapacityView))]
[JsonSerializable(typeof(PowerView))]
[JsonSerializable(typeof(GateRemovalView))]
internal sealed partial class ViewJsonTypes : JsonSerializerContext;
