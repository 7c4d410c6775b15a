using System.Text;
using System.Text.Json;

namespace TopoScheduler.Server.Extender.Wire;

/// <summary>Text of a JSON document as it is written there, without its quotes.</summary>
internal readonly ref struct JsonName(ReadOnlySpan<byte> raw, bool escaped)
{
    private readonly ReadOnlySpan<byte> _raw = raw;

    /// <summary>It holds escapes.</summary>
    public bool IsEscaped { get; } = escaped;

    /// <summary>Whether it is this word, in any casing (as Go reads field names).</summary>
    public bool Is(ReadOnlySpan<byte> word) =>
        IsEscaped ? Ascii.EqualsIgnoreCase(Encoding.UTF8.GetBytes(Unescape()), word) : Ascii.EqualsIgnoreCase(_raw, word);

    /// <summary>What it says.</summary>
    public string Unescape()
    {
        var quoted = new byte[_raw.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        _raw.CopyTo(quoted.AsSpan(1));
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return reader.GetString()!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter is a half of a surrogate pair.
            throw new WireException("The body is malformed: expected only the escapes of JSON in text.", e);
        }
    }
}
