using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;
using TopoScheduler.Core.Power;
using TopoScheduler.Kubernetes.Files;
using TopoScheduler.Server.Extender.Wire;

namespace TopoScheduler.Server.Readings;

/// <summary>The body of a push, read strictly: a field that nobody reads, or one that stands twice, is a mistake of the sender.</summary>
/// <param name="Readings">Readings, each with its place in the list.</param>
/// <param name="Problems">What is wrong with the other items.</param>
internal sealed record PushBody(ImmutableArray<(int Index, PowerReading Reading)> Readings, ImmutableArray<PushProblem> Problems)
{
    private const int MaxDepth = 8;
    private const int LongestShown = 64;
    private static readonly string[] Fields = ["kind", "name", "watts", "at"];
    private static readonly string FieldList = string.Join(", ", Fields);

    /// <summary>Reads a body.</summary>
    /// <exception cref="WireException">It is no list of readings.</exception>
    public static PushBody Read(ReadOnlyMemory<byte> json)
    {
        using var document = Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw Wrong("an object with \"readings\"");
        JsonElement list = default;
        foreach (var field in document.RootElement.EnumerateObject())
        {
            if (!field.NameEquals("readings")) throw Wrong("\"readings\" and no other field");
            list = field.Value;
        }

        if (list.ValueKind != JsonValueKind.Array) throw Wrong("a list \"readings\"");
        var readings = ImmutableArray.CreateBuilder<(int, PowerReading)>(list.GetArrayLength());
        var problems = ImmutableArray.CreateBuilder<PushProblem>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (ReadItem(item, index) is var (reading, problem) && problem is null) readings.Add((index, reading));
            else problems.Add(problem);
            index++;
        }

        return new(readings.ToImmutable(), problems.ToImmutable());
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span)) throw Wrong("UTF-8");
        try
        {
            return JsonDocument.Parse(json, new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new WireException($"The body is malformed: expected JSON of at most {MaxDepth} levels, no name twice in one object.", e);
        }
    }

    /// <summary>Reads one reading.</summary>
    /// <param name="item">What was sent.</param>
    /// <param name="index">Its place.</param>
    public static (PowerReading Reading, PushProblem? Problem) ReadItem(JsonElement item, int index)
    {
        PushProblem Bad(string field, string value, string expected) => new(index, field, value, expected);
        if (item.ValueKind != JsonValueKind.Object) return (default, Bad("", Shown(item), $"an object with {FieldList}"));
        foreach (var field in item.EnumerateObject())
        {
            if (NameOf(field) is not { } name || !Fields.Contains(name)) return (default, Bad(Cut(NameOf(field) ?? ""), Shown(field.Value), $"{FieldList}, and no other field"));
        }

        if (!item.TryGetProperty("kind", out var kindField) || ReadingKinds.Of(TextOf(kindField) ?? "") is not { } kind)
        {
            return (default, Bad("kind", Shown(kindField), $"one of {string.Join(", ", ReadingKinds.Words)}"));
        }

        if (!item.TryGetProperty("name", out var nameField) || TextOf(nameField) is not { } thing || !ReadingKinds.IsName(thing))
        {
            return (default, Bad("name", Shown(nameField), "the name of a node or power domain: at most 253 letters, digits, -, _ and ."));
        }

        if (!item.TryGetProperty("watts", out var wattsField) || wattsField.ValueKind != JsonValueKind.Number || !wattsField.TryGetDouble(out var watts) || !double.IsFinite(watts))
        {
            return (default, Bad("watts", Shown(wattsField), "a number"));
        }

        return item.TryGetProperty("at", out var atField) && TimeOf(atField) is { } at
            ? (new(kind, thing, watts, at), null)
            : (default, Bad("at", Shown(atField), "a time with its offset, as 2026-11-26T12:00:00Z"));
    }

    private static string? NameOf(JsonProperty field)
    {
        try
        {
            return field.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Null for half a character in escapes too.
    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTimeOffset? TimeOf(JsonElement element)
    {
        if (TextOf(element) is not { Length: > 6 } text || !(text[^1] is 'Z' || text[^6] is '+' or '-') || !text.Contains('T', StringComparison.Ordinal)) return null;
        return element.TryGetDateTimeOffset(out var at) ? at.ToUniversalTime() : null;
    }

    private static string Shown(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined => "",
        JsonValueKind.String => Cut(TextOf(element) ?? ""),
        JsonValueKind.Object => "{...}",
        JsonValueKind.Array => "[...]",
        _ => Cut(element.GetRawText()),
    };

    private static string Cut(string text)
    {
        var end = text.Length <= LongestShown ? text.Length : char.IsHighSurrogate(text[LongestShown - 1]) ? LongestShown - 1 : LongestShown;
        return text[..end];
    }

    private static WireException Wrong(string expected) => new($"The body is malformed: expected {expected}.");
}
