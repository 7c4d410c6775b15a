using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf.Reflection;
using TopoScheduler.Server.Api;
using V1 = TopoScheduler.Server.Grpc.V1;

namespace TopoScheduler.Server.Tests.Grpc;

/// <summary>Messages are what answers are written as: each property has one field, in its place, of its kind.</summary>
public sealed class MessageFieldTests
{
    public static TheoryData<string> Answers => [.. AnswerPairs.All.Select(p => p.Answer.Name)];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Fields_EveryAnswer_AreItsProperties(string answer)
    {
        var (type, descriptor) = AnswerPairs.All.Single(p => p.Answer.Name == answer);
        Assert.Equal(AnswerPairs.Written(type).Select(Expected), descriptor.Fields.InFieldNumberOrder().Select(Described));
    }

    // A type that two messages carry, or a message for two types, would let them drift apart.
    [Fact]
    public void Pairs_AllAnswers_AreOneToOne()
    {
        Assert.Equal(AnswerPairs.All.Count, AnswerPairs.All.Select(p => p.Answer).Distinct().Count());
        Assert.Equal(AnswerPairs.All.Count, AnswerPairs.All.Select(p => p.Message.FullName).Distinct().Count());
        Assert.True(AnswerPairs.All.Count > 30, $"{AnswerPairs.All.Count} pairs");
    }

    [Fact]
    public void Messages_AllFiles_NameFieldsByTheRules()
    {
        var fields = GrpcSchema.Files.SelectMany(f => f.MessageTypes).SelectMany(m => m.Fields.InFieldNumberOrder()).ToList();
        Assert.All(fields, f => Assert.Equal(JsonNamingPolicy.SnakeCaseLower.ConvertName(f.JsonName), f.Name));
        // A scalar that is zero is told apart from one that is absent.
        Assert.All(fields.Where(f => f is { IsRepeated: false, IsMap: false } && f.FieldType != FieldType.Message), f => Assert.True(f.HasPresence, f.FullName));
        Assert.Empty(GrpcSchema.Files.SelectMany(f => f.EnumTypes));
    }

    // What HTTP takes, jobs as objects excepted, a question over gRPC can say too.
    [Fact]
    public void Requests_OfReports_SayWhatHttpTakes()
    {
        Assert.Equal(JobsQuestionReader.Keys.Except(["jobs"]), V1.ReportRequest.Descriptor.Fields.InFieldNumberOrder().Select(f => f.JsonName));
        Assert.Equal(JobsQuestionReader.PolicyKeys, V1.ReportPolicy.Descriptor.Fields.InFieldNumberOrder().Select(f => f.JsonName));
        Assert.Equal(JobsQuestionReader.ScenarioKeys, V1.WhatIf.Descriptor.Fields.InFieldNumberOrder().Select(f => f.JsonName));
    }

    [Fact]
    public void Comments_FieldsThatEndInAUnit_SayIt()
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryFiles.Root, "src/TopoScheduler.Server/Grpc/Protos/toposcheduler/v1"), "*.proto");
        Assert.Equal(GrpcSchema.Files.Length, files.Length);
        var silent = new List<string>();
        foreach (var file in files)
        {
            var lines = File.ReadAllLines(file);
            for (var i = 1; i < lines.Length; i++)
            {
                var unit = lines[i].Contains("_watts =", StringComparison.Ordinal) ? "watts" : lines[i].Contains("_ms =", StringComparison.Ordinal) ? "milliseconds" : lines[i].Contains("_seconds =", StringComparison.Ordinal) ? "seconds" : lines[i].Contains("bytes", StringComparison.Ordinal) && lines[i].Contains('=', StringComparison.Ordinal) ? "bytes" : null;
                if (unit is not null && !lines[i - 1].Contains(unit, StringComparison.OrdinalIgnoreCase)) silent.Add($"{Path.GetFileName(file)}:{i + 1} {lines[i].Trim()}");
            }
        }

        Assert.Empty(silent);
    }

    private static string Expected(JsonPropertyInfo property)
    {
        var type = property.PropertyType;
        var inner = AnswerPairs.Inner(type);
        var kind = inner == typeof(int) ? "int32"
            : inner == typeof(long) ? (property.Name.EndsWith("Watts", StringComparison.Ordinal) || property.Name == "steps" ? "double" : "int32")
            : inner == typeof(double) ? "double"
            : inner == typeof(bool) ? "bool"
            : inner == typeof(string) || inner.IsEnum ? "string"
            : "message";
        return $"{property.Name}: {(AnswerPairs.IsMap(type) ? $"map of {kind}" : AnswerPairs.IsList(type) ? $"list of {kind}" : kind)}";
    }

    private static string Described(FieldDescriptor field)
    {
        var kind = (field.IsMap ? field.MessageType.Fields[2].FieldType : field.FieldType).ToString().ToLowerInvariant();
        return $"{field.JsonName}: {(field.IsMap ? $"map of {kind}" : field.IsRepeated ? $"list of {kind}" : kind)}";
    }
}
