using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement.Capacity;
using TopoScheduler.Server.Answers;

namespace TopoScheduler.Server.Tests.Answers;

/// <summary>Holds every answer, and every part of one, to the rules at the top of <see cref="AnswerJson"/>.</summary>
public sealed class AnswerRulesTests
{
    // Counts that are 64 bits in the engine. Everything else of 64 bits is watts.
    private static readonly string[] WideCounts = ["gpus", "busyGpus", "closedGpus", "freeGpus", "remainderGpus", "powerStrandedGpus", "strandedGpus", "steps"];

    private static readonly Type[] Figures = [typeof(int), typeof(long), typeof(double)];

    public static TheoryData<string> Answers => [.. Roots.Keys];

    private static Dictionary<string, Type> Roots { get; } = typeof(AnswerTypes).GetCustomAttributesData()
        .Where(a => a.AttributeType == typeof(JsonSerializableAttribute))
        .Select(a => (Type)a.ConstructorArguments[0].Value!)
        .ToDictionary(t => t.Name, StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answer_EveryPart_KeepsTheRules(string answer)
    {
        var root = Info(Roots[answer]);
        Assert.Equal(["apiVersion", "kind"], Written(root).Take(2).Select(p => p.Name));
        Assert.Empty(Parts(root.Type).SelectMany(Broken));
    }

    [Fact]
    public void Broken_EveryRule_IsSeen()
    {
        var broken = Broken(new DefaultJsonTypeInfoResolver().GetTypeInfo(typeof(Wrong), Info(typeof(Problem)).Options));
        Assert.Equal(
            ["Big: camelCase", "at: no type that is written", "big: 64 bits for something else than watts", "list: a list that may be missing", "map: a map without an order", "share: no type that is written"],
            broken.Select(b => b[(b.IndexOf('.', StringComparison.Ordinal) + 1)..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bytes_WholeFraction_IsWrittenWithoutOne()
    {
        var text = AnswerJson.Text(new CapacityView
        {
            Resources = [],
            Power = [new PowerHeadroom("rack", "r<7> \"é\"", 9200, 1, 2, 3)],
        });
        Assert.Contains("\"name\": \"r<7> \\\"é\\\"\"", text, StringComparison.Ordinal);
        Assert.Contains("\"budgetWatts\": 9200,", text, StringComparison.Ordinal);
        Assert.Equal("9200", JsonSerializer.Serialize(9200.0, Info(typeof(double))));
        Assert.Contains("\"resources\": [],\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Relaid_AnyLayout_IsThatOfTheWriter()
    {
        var view = new CapacityView { Resources = [], Power = [new PowerHeadroom("rack", "é →", 9200, 1, 2, 3)] };
        var other = JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(AnswerJson.Bytes(view)));
        Assert.NotEqual(AnswerJson.Bytes(view), other);
        Assert.Equal(AnswerJson.Bytes(view), AnswerJson.Relaid(other));
    }

    private static IEnumerable<string> Broken(JsonTypeInfo part) => Written(part).SelectMany(p => Broken(p).Select(b => $"{part.Type.Name}.{p.Name}: {b}"));

    private static IEnumerable<string> Broken(JsonPropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (property.Name != JsonNamingPolicy.CamelCase.ConvertName(property.Name)) yield return "camelCase";
        if (IsList(type) || IsMap(type))
        {
            if (type != property.PropertyType || property.IsGetNullable || property.ShouldSerialize is not null) yield return "a list that may be missing";
            if (IsMap(type) && !IsSorted(type)) yield return "a map without an order";
        }
        else if (type.IsEnum)
        {
            var spelled = Enum.GetValues(type).Cast<object>().Select(v => JsonSerializer.SerializeToElement(v, Info(type)).ValueKind);
            if (spelled.Any(s => s != JsonValueKind.String)) yield return "an enum that is no text";
        }
        else if (type == typeof(long) && !property.Name.EndsWith("Watts", StringComparison.Ordinal) && !WideCounts.Contains(property.Name))
        {
            yield return "64 bits for something else than watts";
        }
        else if (!IsObject(type) && !Figures.Contains(type) && type != typeof(string) && type != typeof(bool))
        {
            yield return "no type that is written";
        }
    }

    private static IEnumerable<JsonTypeInfo> Parts(Type root)
    {
        var seen = new HashSet<Type>();
        var open = new Queue<Type>([root]);
        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type) || Info(type) is not { Kind: JsonTypeInfoKind.Object } info) continue;
            yield return info;
            foreach (var property in Written(info))
            {
                var inner = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                if (IsList(inner) || IsMap(inner)) inner = inner.GetGenericArguments()[^1];
                if (IsObject(inner)) open.Enqueue(inner);
            }
        }
    }

    private static IEnumerable<JsonPropertyInfo> Written(JsonTypeInfo info) => info.Properties.Where(p => p.Get is not null);

    private static JsonTypeInfo Info(Type type) => AnswerJson.TypeOf(type) ?? throw new InvalidOperationException($"{type} is not generated");

    private static bool IsMap(Type type) => type.IsGenericType && type.GetInterfaces().Append(type).Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>));

    private static bool IsSorted(Type type) => type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>) && type.GetGenericArguments()[0] == typeof(string);

    private static bool IsList(Type type) => type != typeof(string) && !IsMap(type) && type.IsAssignableTo(typeof(IEnumerable));

    private static bool IsObject(Type type) => !type.IsEnum && type.Namespace!.StartsWith("TopoScheduler.", StringComparison.Ordinal);

    private sealed record Wrong([property: JsonPropertyName("Big")] int Capital, long Big, DateTimeOffset At, float Share, ImmutableArray<int>? List, Dictionary<string, int> Map);
}
