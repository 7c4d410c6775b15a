using System.Globalization;
using System.Text;

namespace TopoScheduler.Testing.Fuzz;

/// <summary>
/// Damages an input in one to four ways, mostly one: bits and bytes, pieces cut out, doubled, moved or taken from another input, words and numbers replaced,
/// nesting, and text that is hard for Unicode. Equal random numbers give equal damage.
/// </summary>
public sealed class FuzzMutations(Random random)
{
    private const int Kinds = 16;
    private const int MostNesting = 300;
    private const int LongestInput = 64 << 10;

    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ":", ",", "\"", "'", "\n", "\n  ", "- ", "---\n", "...\n", "&a ", "*a", "<<: *a", "!!binary ", "!!int ", "|", ">", "|+\n", "#", "\t", "? ", "%YAML 1.2\n",
        "\\u0000", "\u0000", "null", "~", "true", "NaN", "=", "/", "items", "spec", "kind", "metadata", "template", "replicas: 9", "List", "toposcheduler.io/", "name", "labels",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "-1", "1", "2147483647", "2147483648", "-2147483649", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999", "1e999", "1e-999", "-1e308",
        "0x10", "0b1", "1_000", "1Ei", "8Ei", "9007199254740993", "100000", "100001", "1000000000", "0.1", "1.", ".5", ".", "1e", "+", "00000000000000000001", "1.7976931348623157e309", "Infinity",
    ];

    private static readonly byte[][] Strange =
    [
        [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x80], [0x80], [0xc2, 0x85], [0x1f, 0x8b],
        .. new[] { "\u202e", "\u2028", "\u0301\u0301\u0301", "\U0001F600", "\u0660\u0661", "\ufeff", "\ufffd", "\u001b[31m", "\r", "\u00e9", "\u017f", "\u2126" }.Select(Encoding.UTF8.GetBytes),
    ];

    /// <summary>A damaged copy.</summary>
    /// <param name="valid">What is damaged.</param>
    /// <param name="other">Another input, to take pieces of.</param>
    public byte[] Damage(byte[] valid, byte[] other)
    {
        var bytes = valid.ToList();
        for (var times = random.Next(3) > 0 ? 1 : random.Next(2, 5); times > 0 && bytes.Count is > 0 and < LongestInput; times--)
        {
            Once(bytes, other);
        }

        return [.. bytes];
    }

    private void Once(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(Kinds))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, Length(bytes, at, 40));
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, Length(bytes, at, 60)));
                break;
            case 4:
                Splice(bytes, at, other);
                break;
            case 5:
                ReplaceWord(bytes, at, Tokens[random.Next(Tokens.Length)]);
                break;
            case 6:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                break;
            case 7 or 12 or 13:
                ReplaceWord(bytes, Near(bytes, at, static b => b is >= (byte)'0' and <= (byte)'9'), Number());
                break;
            case 8:
                Nest(bytes, at);
                break;
            case 9:
                bytes.InsertRange(at, Strange[random.Next(Strange.Length)]);
                break;
            case 10:
                Swap(bytes, at);
                break;
            case 11:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                ReplaceWord(bytes, at, WordAt(bytes, random.Next(bytes.Count)));
                break;
        }
    }

    private string Number() =>
        random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture) : Numbers[random.Next(Numbers.Length)];

    private int Length(List<byte> bytes, int at, int most) => Math.Min(random.Next(1, most), bytes.Count - at);

    // The end of one input on the beginning of another, or a piece of it in the middle.
    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        var from = random.Next(other.Length);
        if (random.Next(2) == 0)
        {
            bytes.RemoveRange(at, bytes.Count - at);
            bytes.AddRange(other[from..]);
        }
        else
        {
            bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 200))]);
        }
    }

    // A pair of brackets a few hundred deep, closed or not, or an indentation that grows.
    private void Nest(List<byte> bytes, int at)
    {
        var depth = random.Next(1, MostNesting);
        var (open, close) = random.Next(4) switch
        {
            0 => ("[", "]"),
            1 => ("{a: ", "}"),
            2 => ("{\"a\":", "}"),
            _ => ("- ", ""),
        };
        var closed = random.Next(2) == 0 ? depth : random.Next(depth);
        bytes.InsertRange(at, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, closed))));
    }

    // Two lines change places: keys wander into other objects.
    private void Swap(List<byte> bytes, int at)
    {
        var text = Encoding.Latin1.GetString([.. bytes]).Split('\n');
        var (a, b) = (random.Next(text.Length), (at + 1) % text.Length);
        (text[a], text[b]) = (text[b], text[a]);
        bytes.Clear();
        bytes.AddRange(Encoding.Latin1.GetBytes(string.Join('\n', text)));
    }

    private static int Near(List<byte> bytes, int at, Func<byte, bool> wanted)
    {
        for (var i = 0; i < bytes.Count; i++)
        {
            if (wanted(bytes[(at + i) % bytes.Count]))
            {
                return (at + i) % bytes.Count;
            }
        }

        return at;
    }

    // A whole word becomes another: structure stays, meaning goes.
    private static void ReplaceWord(List<byte> bytes, int at, string token)
    {
        var (from, to) = Word(bytes, at);
        bytes.RemoveRange(from, to - from);
        bytes.InsertRange(from, Encoding.UTF8.GetBytes(token));
    }

    private static string WordAt(List<byte> bytes, int at)
    {
        var (from, to) = Word(bytes, at);
        return Encoding.Latin1.GetString([.. bytes[from..to]]);
    }

    private static (int From, int To) Word(List<byte> bytes, int at)
    {
        var end = at;
        while (end < bytes.Count && char.IsAsciiLetterOrDigit((char)bytes[end]))
        {
            end++;
        }

        while (at > 0 && char.IsAsciiLetterOrDigit((char)bytes[at - 1]))
        {
            at--;
        }

        return (at, end);
    }
}
