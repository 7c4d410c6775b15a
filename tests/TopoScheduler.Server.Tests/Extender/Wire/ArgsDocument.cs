using System.Globalization;
using System.Text;
using System.Text.Json;

namespace TopoScheduler.Server.Tests.Extender.Wire;

/// <summary>
/// Makes argument documents as a scheduler, or a stranger, may write them: fields in any order and casing, repeated, unknown ones between, white space,
/// escapes, names beyond ASCII, nulls; or, half of them, without any white space and with longer lists, as Go writes. Equal seeds give equal documents.
/// </summary>
internal sealed class ArgsDocument(Random random)
{
    private static readonly string[] Blanks = ["", "", "", " ", "\n", "\t ", " \r\n  "];
    private static readonly string[] Others = ["true", "-1.5e3", "\"x\\u00e9\\\"\"", "[]", "{}", "null", "[{\"NodeNames\":[\"n1\"]}]", "{\"Pod\":null,\"a\":[1,[2,{}]]}"];

    private readonly bool _compact = random.Next(2) == 0;

    /// <summary>Names that documents take from: known and unknown, plain and strange.</summary>
    public static string[] KnownNames { get; } = [.. Enumerable.Range(0, 30).Select(i => $"node-{i}"), "", "knoten-ü", "quo\"te", "emoji-\U0001F600", new string('n', 253)];

    /// <summary>A document; always with a pod.</summary>
    public byte[] Make()
    {
        var fields = new List<string> { Field("Pod", Pod()) };
        if (random.Next(8) > 0) fields.Add(Field("NodeNames", Names()));
        if (random.Next(3) == 0) fields.Add(Field("Nodes", Nodes()));
        if (random.Next(6) == 0) fields.Add(Field("NodeNames", Names()));
        for (var n = random.Next(3); n > 0; n--) fields.Add(Field($"Other{n}", Others[random.Next(Others.Length)]));
        return Encoding.UTF8.GetBytes(Object(fields) + (random.Next(6) == 0 ? "\n{\"more\":" : ""));
    }

    private string Pod() => Object(
    [
        Field("metadata", Object([Field("name", Text("trainer-0")), Field("namespace", Text("ml")), Field("uid", Text($"u-{random.Next(5)}")), Field("labels", "{\"name\":\"no\"}")])),
        Field("spec", "{\"containers\":[{\"name\":\"main\",\"env\":null}]}"),
    ]);

    private string Names() => random.Next(6) == 0 ? "null" : List(() => random.Next(20) == 0 ? "null" : Text(Name()));

    private string Nodes() => random.Next(5) switch
    {
        0 => "null",
        1 => Object([Field("metadata", "{}"), Field("items", "null")]),
        _ => Object([Field("metadata", "{\"name\":\"list\"}"), Field("items", List(Node))]),
    };

    private string Node() => random.Next(12) switch
    {
        0 => "null",
        1 => "{}",
        2 => Object([Field("metadata", "null")]),
        _ => Object([Field("status", "{\"name\":\"no\"}"), Field("metadata", Object([Field("name", random.Next(15) == 0 ? "null" : Text(Name())), Field("uid", "\"x\"")]))]),
    };

    private string Name() => random.Next(4) == 0 ? $"stranger-{random.Next(10)}" : KnownNames[random.Next(KnownNames.Length)];

    private string List(Func<string> item) => $"[{string.Join(Blank() + ',', Enumerable.Range(0, random.Next(_compact ? 100 : 12)).Select(_ => Blank() + item()))}{Blank()}]";

    private string Object(List<string> fields) => $"{Blank()}{{{string.Join(',', fields.OrderBy(_ => random.Next()))}{Blank()}}}{Blank()}";

    private string Field(string name, string value)
    {
        var cased = random.Next(4) switch { 0 => name.ToLowerInvariant(), 1 => name.ToUpperInvariant(), _ => name };
        return $"{Blank()}{Text(cased, seldom: true)}{Blank()}:{Blank()}{value}";
    }

    // As it is, with one character as an escape, or with all of them.
    private string Text(string text, bool seldom = false)
    {
        var how = random.Next(seldom || _compact ? 30 : 5);
        var escaped = random.Next(Math.Max(1, text.Length));
        var json = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsSurrogate(text[i]);
            if (how == 0 || (how == 1 && i == escaped && !pair)) json.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else if (text[i] is '"' or '\\') json.Append('\\').Append(text[i]);
            else json.Append(text[i]);
        }

        return json.Append('"').ToString();
    }

    private string Blank() => _compact ? "" : Blanks[random.Next(Blanks.Length)];
}

/// <summary>What such a document says, read the slow and obvious way.</summary>
/// <param name="Uid">uid of the pod.</param>
/// <param name="HasNodeObjects">Its candidates are objects.</param>
/// <param name="Names">Names of its candidates.</param>
/// <param name="Objects">Their objects as written.</param>
internal sealed record NaiveArgs(string Uid, bool HasNodeObjects, string[] Names, string[] Objects)
{
    /// <summary>Reads it.</summary>
    public static NaiveArgs Read(byte[] document)
    {
        var reader = new Utf8JsonReader(document);
        using var parsed = JsonDocument.ParseValue(ref reader);
        var root = parsed.RootElement;
        var pod = Last(root, "Pod");
        var uid = Text(Last(Last(pod, "metadata"), "uid"));
        if (Last(root, "NodeNames") is { ValueKind: JsonValueKind.Array } names) return new(uid, false, [.. names.EnumerateArray().Select(Text)], []);
        if (Last(root, "Nodes") is not { ValueKind: JsonValueKind.Object } nodes) return new(uid, false, [], []);
        JsonElement[] items = Last(nodes, "items") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
        return new(uid, true, [.. items.Select(i => Text(Last(Last(i, "metadata"), "name")))], [.. items.Select(i => i.GetRawText())]);
    }

    private static JsonElement Last(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object
        ? of.EnumerateObject().LastOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
        : default;

    private static string Text(JsonElement of) => of.ValueKind == JsonValueKind.String ? of.GetString()! : "";
}
