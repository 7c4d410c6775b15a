using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TopoScheduler.Core;
using TopoScheduler.Core.Placement;
using TopoScheduler.Core.Placement.Explain;
using TopoScheduler.Core.Placement.Reports;
using TopoScheduler.Core.Placement.Scenarios;

namespace TopoScheduler.Server.Answers;

/// <summary>
/// The one writer of answers as JSON. Every door writes with it, so that the same question to the same cluster is answered by the same bytes. Its rules, which a
/// test holds every answer to (<c>AnswerRulesTests</c>):
/// <list type="bullet">
/// <item>UTF-8, indented by two spaces, lines end with \n, the last one too; only what JSON must escape is escaped.</item>
/// <item>Names are camelCase; properties come in the order they are declared in, which is the order of the fields of the messages in gRPC.</item>
/// <item>Nothing is null: a property that does not apply is absent. Lists and maps are always written where their object is, empty or not.</item>
/// <item>Maps have texts for keys and come in ordinal order of keys.</item>
/// <item>Figures are numbers, their unit is in the name. Counts are whole and fit 32 bits; watts are whole; bytes, ms and ratios may have a fraction, and a whole
/// one is written without: 9200.</item>
/// <item>Enums, moments and indices of anything are texts: a spelling never changes, a further one may come.</item>
/// <item>Every answer begins with <c>apiVersion</c> and <c>kind</c>.</item>
/// </list>
/// </summary>
public static class AnswerJson
{
    /// <summary>What an answer begins with, and what a later one changes when a property goes or changes its meaning.</summary>
    public const string ApiVersion = "toposcheduler.io/v1";

    // Names and sentences carry quotes and arrows; this text is never put into HTML unescaped.
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    private static readonly AnswerTypes Types = new(Options());

    /// <summary>An answer as text, ending with a line break.</summary>
    /// <typeparam name="T">A kind of answer listed in <see cref="AnswerTypes"/>.</typeparam>
    public static string Text<T>(T answer) => JsonSerializer.Serialize(answer, TypeOf<T>()) + '\n';

    /// <summary>An answer as UTF-8, ending with a line break.</summary>
    /// <typeparam name="T">A kind of answer listed in <see cref="AnswerTypes"/>.</typeparam>
    public static byte[] Bytes<T>(T answer) => [.. JsonSerializer.SerializeToUtf8Bytes(answer, TypeOf<T>()), (byte)'\n'];

    /// <summary>Reports on the cluster as it is, as text: one as itself, several (or none) as a <see cref="PlacementReportList"/>.</summary>
    public static string Text(ImmutableArray<PlacementReport> reports) => Text(reports, null);

    /// <summary>Reports as text: one as itself, several (or none) as a <see cref="PlacementReportList"/>.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="scenario">What was different from the cluster as it is, for all of them; null where nothing was.</param>
    public static string Text(ImmutableArray<PlacementReport> reports, ReportScenario? scenario) =>
        reports is [var only] ? Text(only with { Scenario = scenario }) : Text(new PlacementReportList { Reports = reports, Scenario = scenario });

    /// <summary>Reports on the cluster as it is, as UTF-8: one as itself, several (or none) as a <see cref="PlacementReportList"/>.</summary>
    public static byte[] Bytes(ImmutableArray<PlacementReport> reports) => Bytes(reports, null);

    /// <summary>Reports as UTF-8: one as itself, several (or none) as a <see cref="PlacementReportList"/>.</summary>
    /// <param name="reports">The reports.</param>
    /// <param name="scenario">What was different from the cluster as it is, for all of them; null where nothing was.</param>
    public static byte[] Bytes(ImmutableArray<PlacementReport> reports, ReportScenario? scenario) =>
        reports is [var only] ? Bytes(only with { Scenario = scenario }) : Bytes(new PlacementReportList { Reports = reports, Scenario = scenario });

    /// <summary>Reads an answer that was written here, or by another version: what is not known is passed over.</summary>
    /// <typeparam name="T">A kind of answer listed in <see cref="AnswerTypes"/>.</typeparam>
    /// <exception cref="JsonException">It is no such answer.</exception>
    public static T Read<T>(string json) => JsonSerializer.Deserialize(json, TypeOf<T>()) ?? throw new JsonException($"null is no {typeof(T).Name}");

    /// <summary>Any JSON in this layout: properties stay in their order, figures as they are spelled. For answers that came through another writer.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static byte[] Relaid(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var bytes = new ArrayBufferWriter<byte>(2 * json.Length);
        using (var writer = new Utf8JsonWriter(bytes, Layout))
        {
            document.RootElement.WriteTo(writer);
        }

        return [.. bytes.WrittenSpan, (byte)'\n'];
    }

    /// <summary>How a kind of answer, or a part of one, is written.</summary>
    internal static JsonTypeInfo? TypeOf(Type type) => Types.GetTypeInfo(type);

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>?)Types.GetTypeInfo(typeof(T)) ?? throw new NotSupportedException($"{typeof(T).Name} is not listed in {nameof(AnswerTypes)}");

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions
        {
            Encoder = Layout.Encoder,
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            WriteIndented = true,
            NewLine = Layout.NewLine,
        };
        foreach (var converter in Spellings()) options.Converters.Add(converter);
        return options;
    }

    private static IEnumerable<JsonConverter> Spellings() =>
    [
        new JsonStringEnumConverter<PlacementOutcome>(),
        new JsonStringEnumConverter<FitConstraint>(ConstraintNames.Policy),
        new JsonStringEnumConverter<CounterOfferChange>(JsonNamingPolicy.CamelCase),
        new JsonStringEnumConverter<ScenarioChangeKind>(JsonNamingPolicy.CamelCase),
        new JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase),
        new JsonStringEnumConverter<ExplanationSubjectKind>(JsonNamingPolicy.CamelCase),
        new JsonStringEnumConverter<ExplanationState>(JsonNamingPolicy.CamelCase),
        new JsonStringEnumConverter<ExplanationCauseKind>(JsonNamingPolicy.CamelCase),
    ];
}
