using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TopoScheduler.Kubernetes.Files;

/// <summary>JSON as YAML: the same keys in the same order, figures as they are spelled, texts quoted where YAML would read them as something else.</summary>
public static class YamlText
{
    // As kubectl prints it: lists are not indented below their key, no line is broken.
    private static readonly EmitterSettings Settings = new(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, indentSequences: false, newLine: "\n");

    /// <summary>Writes one document, without a line that begins or ends it.</summary>
    public static void Write(TextWriter output, JsonElement json)
    {
        ArgumentNullException.ThrowIfNull(output);
        var emitter = new Emitter(output, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, json);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    private static void Emit(Emitter emitter, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, IsEmpty(json) ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var property in json.EnumerateObject())
                {
                    EmitText(emitter, property.Name);
                    Emit(emitter, property.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, IsEmpty(json) ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in json.EnumerateArray()) Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                EmitText(emitter, json.GetString()!);
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, json.GetRawText(), ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));
                break;
        }
    }

    private static bool IsEmpty(JsonElement json) => json.ValueKind == JsonValueKind.Object ? !json.EnumerateObject().Any() : json.GetArrayLength() == 0;

    // The emitter quotes what is no plain scalar at all; a text that would be read as a number, a date, yes or null it leaves to us. Quoted all on one line, so
    // that nothing is folded.
    private static void EmitText(Emitter emitter, string text)
    {
        var style = IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted;
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || !char.IsAsciiLetter(text[0]) || text[^1] is ' ' or ':' || text.Contains(": ", StringComparison.Ordinal) || text.Contains(" #", StringComparison.Ordinal)) return false;
        foreach (var c in text)
        {
            if (c is < ' ' or > '~') return false;
        }

        return text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");
    }
}
