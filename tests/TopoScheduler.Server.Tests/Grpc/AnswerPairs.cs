using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf.Reflection;
using TopoScheduler.Server.Answers;
using TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>Every answer gRPC gives, and every part of one, with the message that carries it.</summary>
internal static class AnswerPairs
{
    /// <summary>All of them, in the order they are come upon.</summary>
    public static IReadOnlyList<(Type Answer, MessageDescriptor Message)> All { get; } = Find();

    /// <summary>How a type is written.</summary>
    public static JsonTypeInfo Info(Type type) => AnswerJson.TypeOf(type) ?? throw new InvalidOperationException($"{type} is not generated");

    /// <summary>The properties that are written.</summary>
    public static JsonPropertyInfo[] Written(Type type) => [.. Info(type).Properties.Where(p => p.Get is not null)];

    /// <summary>What a property holds: of a list its items, of a map its values, of what may be missing the thing itself.</summary>
    public static Type Inner(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return IsMap(type) || IsList(type) ? type.GetGenericArguments()[^1] : type;
    }

    /// <summary>True for a list.</summary>
    public static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    /// <summary>True for a map.</summary>
    public static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>);

    /// <summary>True for an object.</summary>
    public static bool IsObject(Type type) => !type.IsEnum && type.Namespace!.StartsWith("TopoScheduler.", StringComparison.Ordinal);

    private static List<(Type, MessageDescriptor)> Find()
    {
        var open = new Queue<(Type Answer, MessageDescriptor Message)>(
        [
            (typeof(Server.Answers.PlacementReportList), Server.Grpc.V1.PlacementReportList.Descriptor), (typeof(CapacityView), CapacityReport.Descriptor), (typeof(TopologyView), Topology.Descriptor),
            (typeof(PowerView), PowerReport.Descriptor), (typeof(DoctorView), DoctorReport.Descriptor), (typeof(GangListView), GangReportList.Descriptor),
            (typeof(Core.Placement.Explain.Explanation), Explanation.Descriptor),
        ]);
        var found = new List<(Type, MessageDescriptor)>();
        while (open.TryDequeue(out var pair))
        {
            if (found.Contains(pair)) continue;
            found.Add(pair);
            foreach (var property in Written(pair.Answer).Where(p => IsObject(Inner(p.PropertyType))))
            {
                if (pair.Message.Fields.InFieldNumberOrder().FirstOrDefault(f => f.JsonName == property.Name) is { FieldType: FieldType.Message, IsMap: false } field) open.Enqueue((Inner(property.PropertyType), field.MessageType));
            }
        }

        return found;
    }
}
