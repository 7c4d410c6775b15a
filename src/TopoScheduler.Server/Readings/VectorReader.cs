using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace TopoScheduler.Server.Readings;

/// <summary>Reads the answer of <c>/api/v1/query</c>.</summary>
internal static class VectorReader
{
    private const int MaxDepth = 8;
    private const int LongestReason = 200;

    /// <summary>The rows of a vector, each with what one of its labels says.</summary>
    /// <exception cref="PrometheusException">It is no vector.</exception>
    public static List<VectorRow> Read(ReadOnlyMemory<byte> json, string label)
    {
        using var document = Parse(json);
        var data = Member(document.RootElement, "data");
        if (TextOf(Member(document.RootElement, "status")) != "success") throw Wrong("status \"success\"");
        if (Member(document.RootElement, "warnings") is { ValueKind: JsonValueKind.Array } warnings && warnings.GetArrayLength() > 0)
        {
            throw new PrometheusException(PrometheusFault.Incomplete, $"the answer may be incomplete: {Shown(TextOf(warnings[0]))}");
        }

        var type = TextOf(Member(data, "resultType"));
        if (type != "vector") throw Wrong($"a vector, not \"{Shown(type)}\"");
        var result = Member(data, "result");
        if (result.ValueKind != JsonValueKind.Array) throw Wrong("a list of rows");
        var rows = new List<VectorRow>(result.GetArrayLength());
        foreach (var row in result.EnumerateArray()) rows.Add(RowOf(row, label));
        return rows;
    }

    /// <summary>Why a question was refused, in the words of the server; empty where it says nothing.</summary>
    public static string ReasonOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = Parse(json);
            return Shown(TextOf(Member(document.RootElement, "error")));
        }
        catch (PrometheusException)
        {
            return "";
        }
    }

    private static VectorRow RowOf(JsonElement row, string label)
    {
        var value = Member(row, "value");
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2) throw Wrong("rows with \"value\": [time, \"number\"]");
        if (value[0].ValueKind != JsonValueKind.Number || !value[0].TryGetDouble(out var at) || !double.IsFinite(at)) throw Wrong("a time of seconds in \"value\"");
        return new(TextOf(Member(row, "metric") is { ValueKind: JsonValueKind.Object } metric ? Member(metric, label) : default), NumberOf(TextOf(value[1])), at);
    }

    // As Prometheus writes numbers.
    private static double NumberOf(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong($"a number, not \"{Shown(text)}\""),
    };

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) throw Wrong("UTF-8");
        try
        {
            return JsonDocument.Parse(json, new() { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            throw new PrometheusException(PrometheusFault.Malformed, "the answer is malformed: expected JSON.", e);
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string TextOf(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String) return "";
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a character in escapes: no text.
            return "";
        }
    }

    // One line, whatever the server says.
    private static string Shown(string text) => new([.. text.Take(LongestReason).Select(c => char.IsControl(c) ? ' ' : c)]);

    private static PrometheusException Wrong(string expected) => new(PrometheusFault.Malformed, $"the answer is malformed: expected {expected}.");
}
