using System.Collections.Immutable;
using Google.Protobuf.Reflection;
using TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>The files of <c>toposcheduler.v1</c>, and what they promise as lines of text: one a field, one a method.</summary>
internal static class GrpcSchema
{
    /// <summary>The files.</summary>
    public static ImmutableArray<FileDescriptor> Files { get; } = [ClusterReflection.Descriptor, ExplainReflection.Descriptor, PlacementReflection.Descriptor, ReadingsReflection.Descriptor, ReportReflection.Descriptor];

    /// <summary>What they promise.</summary>
    public static ImmutableArray<string> Lines { get; } =
    [
        .. Files.SelectMany(f => f.Services).SelectMany(s => s.Methods).Select(Line).Concat(Files.SelectMany(f => f.MessageTypes).SelectMany(LinesOf)).Order(StringComparer.Ordinal),
    ];

    /// <summary>What of the promised is no more so.</summary>
    /// <param name="promised">What was promised.</param>
    /// <param name="now">What is so.</param>
    public static IEnumerable<string> Broken(IEnumerable<string> promised, IReadOnlyCollection<string> now)
    {
        var kept = now.ToHashSet(StringComparer.Ordinal);
        var byName = now.ToLookup(NameOf, StringComparer.Ordinal);
        foreach (var line in promised.Where(l => !kept.Contains(l)))
        {
            var other = byName[NameOf(line)].FirstOrDefault();
            yield return other is null ? $"gone: {line}" : $"changed: {line}, now {other}";
        }
    }

    private static IEnumerable<string> LinesOf(MessageDescriptor message) =>
        message.Fields.InFieldNumberOrder().Select(Line).DefaultIfEmpty($"message {message.FullName}").Concat(message.NestedTypes.Where(n => n.GetOptions() is not { MapEntry: true }).SelectMany(LinesOf));

    private static string Line(FieldDescriptor field)
    {
        var type = field.IsMap ? $"map<{TypeOf(field.MessageType.Fields[1])}, {TypeOf(field.MessageType.Fields[2])}>"
            : (field.IsRepeated ? "repeated " : field is { HasPresence: true, FieldType: not FieldType.Message } ? "optional " : "") + TypeOf(field);
        return $"field {field.FullName} = {field.FieldNumber}: {type}, JSON {field.JsonName}";
    }

    private static string Line(MethodDescriptor method) =>
        $"method {method.FullName}: {(method.IsClientStreaming ? "stream " : "")}{method.InputType.FullName} to {(method.IsServerStreaming ? "stream " : "")}{method.OutputType.FullName}";

    private static string TypeOf(FieldDescriptor field) => field.FieldType == FieldType.Message ? field.MessageType.FullName : field.FieldType.ToString().ToLowerInvariant();

    // "field toposcheduler.v1.Power.added_watts"
    private static string NameOf(string line) => line.Split([" = ", ": "], 2, StringSplitOptions.None)[0];
}
